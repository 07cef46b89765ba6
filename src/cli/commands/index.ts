/** All commands, in the order of `cladenet --help`. A command's file is loaded when it is called. */
import type { CommandEntry } from '../toolkit/command.js';

const START = 'Getting started:';
const TRAIN = 'Training:';
const JUDGE = 'Using and judging:';
const IMPROVE = 'Improving:';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    description: 'draw organisms, train a flat and a tree classifier on them, and compare both',
    group: START,
    load: async () => (await import('./demo.js')).demo,
  },
  {
    name: 'setup',
    description: 'download libtensorflow and compile its addon, once for this user',
    group: START,
    load: async () => (await import('./setup.js')).setup,
  },
  {
    name: 'doctor',
    description: 'report what this machine has, what is wrong with it, and how to fix it',
    group: START,
    load: async () => (await import('./doctor.js')).doctor,
  },
  {
    name: 'taxonomy',
    description: 'check a taxonomy and draw it',
    group: START,
    load: async () => (await import('./taxonomy.js')).taxonomy,
  },
  {
    name: 'network',
    description: 'print the layers, shapes and weights of a network',
    group: START,
    load: async () => (await import('./network.js')).network,
  },
  {
    name: 'train flat',
    description: 'train a flat classifier: one CNN over all classes',
    group: TRAIN,
    load: async () => (await import('./train-flat.js')).trainFlatCommand,
  },
  {
    name: 'train tree',
    description: 'train a tree: a classifier at each node of a taxonomy',
    group: TRAIN,
    load: async () => (await import('./train-tree.js')).trainTreeCommand,
  },
  {
    name: 'train specialists',
    description: 'train a classifier within each group of classes, below a flat one that decides on the group',
    group: TRAIN,
    load: async () => (await import('./train-specialists.js')).trainSpecialistsCommand,
  },
  {
    name: 'study',
    description: 'train several kinds of classifiers over several seeds on equal terms, and compare them',
    group: TRAIN,
    load: async () => (await import('./study.js')).study,
  },
  {
    name: 'predict',
    description: 'classify images, and write one row an image',
    group: JUDGE,
    load: async () => (await import('./predict.js')).predict,
  },
  {
    name: 'evaluate',
    description: 'measure a classifier on images that it has not seen',
    group: JUDGE,
    load: async () => (await import('./evaluate.js')).evaluateCommand,
  },
  {
    name: 'compare',
    description: 'compare classifiers on the same images, with intervals and tests of their differences',
    group: JUDGE,
    load: async () => (await import('./compare.js')).compare,
  },
  {
    name: 'report',
    description: 'write everything about some classifiers to one self-contained HTML page',
    group: JUDGE,
    load: async () => (await import('./report.js')).report,
  },
  {
    name: 'weak',
    description: 'find where the mistakes of a tree come from, which nodes to improve, and what to try',
    group: IMPROVE,
    load: async () => (await import('./weak.js')).weak,
  },
  {
    name: 'tune',
    description: 'retrain a few nodes of a tree, and keep what makes the tree better',
    group: IMPROVE,
    load: async () => (await import('./tune.js')).tune,
  },
  {
    name: 'grow',
    description: 'add classes to a tree, move or merge its nodes, and train only the nodes that change',
    group: IMPROVE,
    load: async () => (await import('./grow.js')).grow,
  },
  {
    name: 'confusion',
    description: 'write the confusion matrix of a classifier, or of predictions made elsewhere',
    group: IMPROVE,
    load: async () => (await import('./confusion.js')).confusion,
  },
  {
    name: 'group',
    description: 'group the classes that are confused with each other, and make a taxonomy of the groups',
    group: IMPROVE,
    load: async () => (await import('./group.js')).group,
  },
];

/** Words that begin several commands. */
export const FAMILIES = { train: 'train a classifier: flat, tree or specialists' };
