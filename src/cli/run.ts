/** The command line as a function. Each command is a file of its own in `commands/`, loaded when it is called. */
import { Command, CommanderError } from 'commander';
import { CladenetError } from '../errors.js';
import { say } from '../progress.js';
import { VERSION } from '../version.js';

type Options = Record<string, unknown>;

/** Images, and how a command chooses among them. */
const withImages = (command: Command, needed: boolean): Command =>
  command
    .option(
      '--images <dir|table>',
      `class folders, or a CSV/TSV with a path and a label column${needed ? '' : ' (optional)'}`,
    )
    .option('--classes <a,b,c>', 'only these classes')
    .option('--limit-per-class <n>', 'at most N images of each class, drawn by the seed')
    .option('--path-column <name>', 'the column of paths in a table')
    .option('--label-column <name>', 'the column of labels in a table')
    .option('--strict', 'stop where any image cannot be used, instead of leaving it out')
    .option('--gpu', 'compute on the GPU, or stop with an error');

const withTraining = (command: Command): Command =>
  withImages(command, true)
    .option('--out <model>', 'folder that the classifier is written to')
    .option('--preset <name>', 'network: compact or report (default: compact)')
    .option('--size <n>', "side of the network's input in pixels (default: the preset's)")
    .option('--colour', 'keep the colours (default: grey)')
    .option('--background <kind>', 'around the image: white or border-median (default: white)')
    .option('--epochs <n>', "times that the training images are shown (default: the preset's)")
    .option('--batch <n>', "images in a training step (default: the preset's)")
    .option('--rate <x>', "learning rate, the peak of a one-cycle one (default: the preset's)")
    .option('--seed <n>', 'seed of everything random (default: 1)')
    .option('--split <a/b/c>', 'shares of train, validation and test (default: 0.8/0.1/0.1)')
    .option('--split-seed <n>', 'seed of the split alone (default: the seed)')
    .option('--label-smoothing <x>', 'share of the target spread over all classes')
    .option('--class-weights <kind>', 'none or balanced (default: none)')
    .option(
      '--balance <n>',
      'show N images of each class in an epoch, small classes repeated (default: all as they are)',
    )
    .option('--augment', 'vary the training images at random (the default)')
    .option('--no-augment', 'show the training images as they are')
    .option(
      '--precision <type>',
      'what convolutions multiply in while training: float32 or bfloat16 (default: float32)',
    )
    .option('--plain-share <x>', "share of the epochs, the last ones, without variation (default: the preset's)")
    .option('--device-memory <mib>', 'images that may be held on the device; larger sets are streamed (default: 2048)')
    .option('--fresh', 'begin anew where an unfinished training was left')
    .option('--config <file>', 'JSON with these options, in camelCase; the command line wins');

const withDeciding = (command: Command): Command =>
  command
    .option('--routing <kind>', 'greedy, product, path-sum or combined (default: what the tree chose on validation)')
    .option('--decide <rule>', 'leaf: the most probable class; lca: the lowest expected LCA height (default: leaf)')
    .option('--tta <n>', 'turned and mirrored views of each image to average over: 1, 2, 4 or 8 (default: 1)');

const withEvaluation = (command: Command): Command =>
  withDeciding(withImages(command, true))
    .option('--json <file>', 'write all numbers as JSON')
    .option('--taxonomy <file>', "the tree to judge by (default: the first tree's own)")
    .option('--single-child <kind>', 'inner nodes with one child: refuse, collapse or keep (default: refuse)')
    .option('--seen', 'keep images that a classifier was trained or chosen on')
    .option('--seed <n>', 'seed of the bootstrap and of --limit-per-class (default: 1)')
    .option('--config <file>', 'JSON with these options, in camelCase; the command line wins');

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** How `confusion` and `group` ask a classifier. */
const withMistakes = (command: Command): Command =>
  withImages(command, false)
    .option(
      '--out-of-fold <k>',
      'with a flat model: train K like it, each without a part of its training images, which it predicts then',
    )
    .option('--fresh', 'with --out-of-fold: begin anew where an unfinished one was left')
    .option('--taxonomy <file>', 'where images are labelled at its inner nodes: these are not in the matrix')
    .option('--single-child <kind>', 'inner nodes with one child: refuse, collapse or keep (default: refuse)');

function createProgram(exit: (code: number) => void): Command {
  const program = new Command('cladenet')
    .description('Hierarchical, taxonomy-aware image classification: flat and tree classifiers, trained and compared.')
    .version(VERSION)
    .showHelpAfterError('(cladenet --help lists the commands, cladenet COMMAND --help its options)')
    .exitOverride();

  program
    .command('demo')
    .description('the embedded default, end to end: draw organisms, train flat and tree, compare them')
    .option('--out <dir>', 'where everything is written (default: demo-output)')
    .option('--seed <n>', 'seed of everything random (default: 1)')
    .option('--gpu', 'compute on the GPU, or stop with an error')
    .action(async (options: Options) => (await import('./commands/demo.js')).demoCommand(options));

  program
    .command('setup')
    .description('fetch libtensorflow and compile the addon, once for this user')
    .option('--gpu', 'the CUDA build, or stop with an error')
    .option('--force', 'make everything anew')
    .option('--quiet', 'say nothing when all is ready')
    .action(async (options: Options) => (await import('./commands/setup.js')).setupCommand(options));

  program
    .command('doctor')
    .description('what this machine has, what is wrong with it, and what mends it')
    .option('--gpu', 'look for the GPU')
    .action(async (options: Options) => exit(await (await import('./commands/setup.js')).doctorCommand(options)));

  program
    .command('taxonomy <file>')
    .description('check a taxonomy and draw it, with the counts of images where they are given')
    .option('--images <dir|table>', 'images whose classes it must have')
    .option('--single-child <kind>', 'inner nodes with one child: refuse, collapse or keep (default: refuse)')
    .action(async (file: string, options: Options) =>
      (await import('./commands/taxonomy.js')).taxonomyCommand(file, options),
    );

  program
    .command('network <preset>')
    .description("a network's layers, shapes and weights")
    .option('--classes <n>', 'number of classes (default: 121)')
    .option('--size <n>', "side of the input in pixels (default: the preset's)")
    .action(async (name: string, options: Options) =>
      (await import('./commands/network.js')).networkCommand(name, options),
    );

  const train = program.command('train').description('train a classifier');
  withTraining(train.command('flat'))
    .description('one CNN over all classes')
    .option('--taxonomy <file>', 'where images are labelled at its inner nodes: one of the classes below is right')
    .option('--single-child <kind>', 'inner nodes with one child: refuse, collapse or keep (default: refuse)')
    .action(async (options: Options) => (await import('./commands/train-flat.js')).trainFlatCommand(options));
  withTraining(train.command('tree'))
    .description('a sub-classifier at every node of a taxonomy')
    .option('--taxonomy <file>', 'the tree')
    .option('--single-child <kind>', 'inner nodes with one child: refuse, collapse or keep (default: refuse)')
    .option(
      '--trunk <kind>',
      'shared: heads on the CNN block of --from; own: a CNN block for each node; joint: one CNN block, trained with all ' +
        'nodes; layered: the same, level by level (default: shared)',
    )
    .option(
      '--head <kind>',
      "conditional: a node's children compete; path-sum: all leaves compete by the sum of the scores on their paths " +
        '(default: conditional)',
    )
    .option(
      '--from <flat_model>',
      'the flat classifier whose CNN block is shared (default: one is trained first); other trunks start from it',
    )
    .action(async (options: Options) => (await import('./commands/train-tree.js')).trainTreeCommand(options));

  withImages(train.command('specialists'), true)
    .description('a classifier within each group of classes, below a flat one that decides on the group')
    .option('--from <flat_model>', 'the flat classifier')
    .option('--groups <taxonomy>', 'the groups, as nodes below the root: what `group --out` writes')
    .option('--out <model>', 'folder that the classifier, a tree, is written to')
    .option(
      '--trunk <kind>',
      "shared: an MLP block each, on the flat classifier's CNN block; own: a network each that starts from it (default: " +
        'shared)',
    )
    .option('--single-child <kind>', 'inner nodes with one child: refuse, collapse or keep (default: refuse)')
    .option('--taxonomy <file>', 'where images are labelled at its inner nodes: one of the classes below is right')
    .option(
      '--views <n>',
      'of a shared CNN block: augmented views of each image whose features are cached (default: 2)',
    )
    .option('--epochs <n>', "times that the training images are shown (default: 8, or the flat classifier's)")
    .option('--batch <n>', "images in a training step (default: 128, or the flat classifier's)")
    .option('--rate <x>', "learning rate (default: 0.002, or a quarter of the flat classifier's)")
    .option('--label-smoothing <x>', 'share of the target spread over all classes of a group')
    .option('--class-weights <kind>', 'none or balanced (default: none)')
    .option(
      '--balance <n>',
      'show N images of each class in an epoch, small classes repeated (default: all as they are)',
    )
    .option('--augment', 'vary the training images at random (the default)')
    .option('--no-augment', 'show the training images as they are')
    .option('--seed <n>', 'seed of the specialists (default: 1)')
    .option('--split <a/b/c>', "shares of train, validation and test (default: the flat classifier's)")
    .option('--split-seed <n>', "seed of the split (default: the flat classifier's)")
    .option('--device-memory <mib>', 'with own: images held on the device; more are streamed (default: 2048)')
    .option('--fresh', 'begin anew where an unfinished training was left')
    .option('--config <file>', 'JSON with these options, in camelCase; the command line wins')
    .action(async (options: Options) =>
      (await import('./commands/train-specialists.js')).trainSpecialistsCommand(options),
    );

  withDeciding(program.command('predict <model> <paths...>'))
    .description('what is on these images, folders or tables of images')
    .option('--out <file>', 'CSV: path, class, probability, lineage, top 5')
    .option('--min-confidence <p>', 'stop at the first ancestor that is as probable, where the class is not')
    .option('--target-accuracy <p>', 'choose that threshold so that the decided nodes are right so often')
    .option(
      '--images <source>',
      'for --target-accuracy, where a tree shall decide in another way than it has chosen, and for flat classifiers: the ' +
        'images that it was trained with, whose validation part chooses the threshold',
    )
    .option('--taxonomy <file>', "the tree to stop in (default: the model's own; a flat one has none)")
    .option('--single-child <kind>', 'inner nodes with one child: refuse, collapse or keep (default: refuse)')
    .option('--strict', 'stop where any image cannot be used, instead of leaving it out')
    .option('--gpu', 'compute on the GPU, or stop with an error')
    .action(async (model: string, paths: string[], options: Options) =>
      (await import('./commands/predict.js')).predictCommand(model, paths, options),
    );

  withEvaluation(program.command('evaluate <model>'))
    .description('every number for one classifier, on images that it has not seen')
    .action(async (model: string, options: Options) =>
      (await import('./commands/evaluate.js')).evaluateCommand(model, options),
    );

  withEvaluation(program.command('compare <models...>'))
    .description(
      'classifiers side by side on the same images, with intervals and tests for their differences; ' +
        'several trees each by the routing that it chose, one tree by all',
    )
    .action(async (models: string[], options: Options) =>
      (await import('./commands/compare.js')).compareCommand(models, options),
    );

  program
    .command('study <config>')
    .description('train any arms over several seeds on equal terms and judge them; goes on where it was stopped')
    .option('--out <dir>', "the study's folder (default: the configuration's name without .json)")
    .option('--json <file>', 'write the result there too')
    .option('--fresh', 'train and predict everything anew')
    .option('--gpu', 'compute on the GPU, or stop with an error')
    .action(async (config: string, options: Options) =>
      (await import('./commands/study.js')).studyCommand(config, options),
    );

  withImages(program.command('weak <tree>'), true)
    .description('where the mistakes of a tree come from, which nodes are worth mending, and what to try')
    .option('--json <file>', 'write all numbers as JSON')
    .option('--on <part>', 'its own validation or test images, or all unseen ones (default: validation)')
    .option('--routing <kind>', 'how the tree decides: product or greedy (default: product)')
    .option('--top <n>', 'how many nodes of the ranking are shown (default: 10)')
    .option('--taxonomy <file>', "the tree to judge by (default: the model's own; a flat one has none)")
    .option('--single-child <kind>', 'inner nodes with one child: refuse, collapse or keep (default: refuse)')
    .option('--seed <n>', 'seed of --limit-per-class (default: 1)')
    .option('--config <file>', 'JSON with these options, in camelCase; the command line wins')
    .action(async (model: string, options: Options) =>
      (await import('./commands/weak.js')).weakCommand(model, options),
    );

  withImages(program.command('tune <tree>'), true)
    .description('train a few nodes of a tree anew; what is better is kept, all else stays as it is, bit for bit')
    .option('--out <model>', 'folder that the new tree is written to')
    .option('--node <path>', 'a node to tune; may be given several times, they are tried in this order', collect)
    .option('--weakest <n>', 'instead: the N nodes with the most mistakes to win back on the validation images')
    .option('--as <kind>', 'head: the MLP block; network: a CNN block of its own too (default: what the node has)')
    .option('--start <kind>', 'the MLP block: current weights or new ones (default: current, where it has some)')
    .option('--measure <kind>', 'what the tree has to gain in: accuracy, log-loss or ahd (default: accuracy)')
    .option('--epochs <n>', "times that the images are shown (default: the tree's; of a network half as many)")
    .option('--rate <x>', "learning rate (default: a quarter of the tree's)")
    .option('--batch <n>', "images in a training step (default: the tree's)")
    .option('--label-smoothing <x>', "share of the target spread over all children (default: the tree's)")
    .option('--class-weights <kind>', "none or balanced (default: the tree's)")
    .option('--balance <n>', 'show N images of each child in an epoch, small ones repeated (default: all as they are)')
    .option('--augment', 'vary the training images at random (the default)')
    .option('--no-augment', 'show the training images as they are')
    .option('--views <n>', 'for heads: augmented views of each image whose features are cached (default: 2)')
    .option('--search', 'for each node try several of what is not given of --as, --start, --rate and --class-weights')
    .option('--budget <minutes>', 'time of training that --search may take for all nodes (default: 30)')
    .option('--seed <n>', "seed of the trainings (default: the tree's)")
    .option('--split <a/b/c>', "shares of train, validation and test (default: the tree's)")
    .option('--split-seed <n>', "seed of the split (default: the tree's)")
    .option('--device-memory <mib>', 'for networks: images held on the device; more are streamed (default: 2048)')
    .option('--fresh', 'begin anew where an unfinished tuning was left')
    .option('--json <file>', 'write all numbers as JSON')
    .option('--config <file>', 'JSON with these options, in camelCase; the command line wins')
    .action(async (model: string, options: Options) =>
      (await import('./commands/tune.js')).tuneCommand(model, options),
    );

  withImages(program.command('grow <tree>'), true)
    .description('change the tree: add classes, move or merge nodes; only nodes that then decide otherwise are trained')
    .option('--out <model>', 'folder that the new tree is written to')
    .option(
      '--add <class=parent>',
      'a new class below a node, whose images are among --images; again for more',
      collect,
    )
    .option('--move <node=parent>', 'a node, with all below it, goes below another one; again for more', collect)
    .option('--merge <name=node,node>', 'inner nodes become one of that name; again for more', collect)
    .option('--taxonomy <file>', 'instead: the tree to be, with all classes of the old one')
    .option('--single-child <kind>', 'inner nodes with one child in it: refuse, collapse or keep (default: refuse)')
    .option('--epochs <n>', "times that the images are shown (default: the tree's)")
    .option('--rate <x>', "learning rate (default: the tree's)")
    .option('--batch <n>', "images in a training step (default: the tree's)")
    .option('--label-smoothing <x>', "share of the target spread over all children (default: the tree's)")
    .option('--class-weights <kind>', "none or balanced (default: the tree's)")
    .option('--balance <n>', 'show N images of each child in an epoch, small ones repeated (default: all as they are)')
    .option('--augment', 'vary the training images at random (the default)')
    .option('--no-augment', 'show the training images as they are')
    .option('--views <n>', 'for heads: augmented views of each image whose features are cached (default: 2)')
    .option('--seed <n>', "seed of the trainings (default: the tree's)")
    .option('--split <a/b/c>', "shares of train, validation and test of new images (default: the tree's)")
    .option('--split-seed <n>', "seed of the split of new images (default: the tree's)")
    .option('--device-memory <mib>', 'for networks: images held on the device; more are streamed (default: 2048)')
    .option('--fresh', 'begin anew where an unfinished training was left')
    .option('--json <file>', 'write all numbers as JSON')
    .option('--config <file>', 'JSON with these options, in camelCase; the command line wins')
    .action(async (model: string, options: Options) =>
      (await import('./commands/grow.js')).growCommand(model, options),
    );

  withDeciding(withImages(program.command('report <models...>'), true))
    .description('everything about these classifiers on one HTML page that stands alone')
    .option('--out <file>', 'the page')
    .option('--title <text>', 'its title (default: cladenet report)')
    .option('--taxonomy <file>', "the tree to judge by (default: the first tree's own)")
    .option('--single-child <kind>', 'inner nodes with one child: refuse, collapse or keep (default: refuse)')
    .option('--seen', 'keep images that a classifier was trained or chosen on')
    .option('--top <n>', 'how many weak sub-trees are shown (default: 10)')
    .option('--seed <n>', 'seed of the bootstrap and of --limit-per-class (default: 1)')
    .option('--config <file>', 'JSON with these options, in camelCase; the command line wins')
    .action(async (models: string[], options: Options) =>
      (await import('./commands/report.js')).reportCommand(models, options),
    );

  withMistakes(program.command('confusion [model]'))
    .description("which class is taken for which: the mistakes of a classifier on its validation part, or anybody's")
    .option('--predictions <file>', 'instead of a model: CSV with a true and a predicted column, or probabilities')
    .option('--out <file>', 'CSV with the class names as first row and first column')
    .option('--soft', 'sum the probabilities instead of counting the most probable classes')
    .option('--counts', 'write images (or summed probabilities) instead of shares of each row')
    .option('--json <file>', 'the same as JSON')
    .option('--seed <n>', 'seed of the folds and of --limit-per-class (default: 1)')
    .option('--config <file>', 'JSON with these options, in camelCase; the command line wins')
    .action(async (model: string | undefined, options: Options) =>
      (await import('./commands/confusion.js')).confusionCommand(model, options),
    );

  withMistakes(program.command('group <file|model>'))
    .description(
      'classes that are confused with each other, as groups and as a taxonomy; from a confusion matrix or a model',
    )
    .option('--soft', 'with a model: sum the probabilities instead of counting the most probable classes')
    .option('--symmetrize <kind>', 'mean, power, reciprocal or product (default: mean)')
    .option('--alpha <x>', 'exponent of power (default: 2)')
    .option('--method <kind>', 'beta, agglomerative, kmeans or spectral (default: beta)')
    .option('--linkage <kind>', 'of agglomerative: average, complete, single or ward (default: average)')
    .option('--groups <n>', 'how many groups, single classes included; not with the method beta')
    .option('--beta <x>', 'the threshold, from 0 to 1 (default: the recommended one, with the reason)')
    .option('--sweep', 'print what the groups are worth at many thresholds')
    .option(
      '--specialists',
      'with --sweep and a flat model: train specialists (heads on its CNN block) on the groups of each threshold; the ' +
        'validation images that choose and drop them score them too',
    )
    .option('--compare', 'print how far the methods agree')
    .option('--nested', 'a taxonomy with a node for each merge (default: one for each group)')
    .option('--out <taxonomy>', 'write the groups as a taxonomy: .csv or .json')
    .option('--json <file>', 'write classes, groups, merges and all numbers as JSON')
    .option('--figures <dir>', 'draw confusion.png, dendrogram.png and sweep.png into this folder')
    .option('--seed <n>', 'seed of everything random (default: 1)')
    .option('--config <file>', 'JSON with these options, in camelCase; the command line wins')
    .action(async (source: string, options: Options) =>
      (await import('./commands/group.js')).groupCommand(source, options),
    );

  return program;
}

/**
 * Runs one call of the command line, and returns its exit code: 0, 1 (the work failed) or 2 (the call was wrong).
 * Results go to standard output, progress and errors to standard error. The program is built for this call alone, so
 * that a process may make any number of calls, one after the other.
 *
 * @param argv the words after `cladenet`
 */
export async function run(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = createProgram((outcome) => {
    code = outcome;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof CladenetError) {
      say(error.message);
      return error.code === 'USAGE' ? 2 : 1;
    }
    say(describe(error));
    return 1;
  }
}

/** A refusal of the system (a full disk, a folder in the way) is for the user to fix; anything else is a bug, with its trace. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? `The system refused: ${error.message}` : (error.stack ?? error.message);
}
