/** All commands, in the order of `cladenet --help`. A command's file is loaded when it is called. */
import type { CommandEntry } from '../toolkit/command.js';

type Entries = Readonly<Record<string, Omit<CommandEntry, 'name' | 'group'>>>;

const GROUPS: Readonly<Record<string, Entries>> = {
  'Getting started:': {
    demo: {
      description: 'draw organisms, train a flat and a tree classifier on them, and compare both',
      load: async () => (await import('./demo.js')).demo,
    },
    setup: {
      description: 'download libtensorflow and compile its addon, once for this user',
      load: async () => (await import('./setup.js')).setup,
    },
    doctor: {
      description: 'report what this machine has, what is wrong with it, and how to fix it',
      load: async () => (await import('./doctor.js')).doctor,
    },
    taxonomy: {
      description: 'check a taxonomy, draw it, and write it in another format',
      load: async () => (await import('./taxonomy.js')).taxonomy,
    },
    network: {
      description: 'print the layers, shapes and weights of a network',
      load: async () => (await import('./network.js')).network,
    },
  },
  'Pretrained networks:': {
    'trunk get': {
      description: 'fetch the weights of a network that was trained on ImageNet, once for this user',
      load: async () => (await import('./trunk-get.js')).trunkGet,
    },
    'trunk list': {
      description: 'list the weights that can be fetched, and where they are',
      load: async () => (await import('./trunk-list.js')).trunkList,
    },
  },
  'Measuring:': {
    features: {
      description: 'measure the organism in each image: size, shape, grey levels, texture',
      load: async () => (await import('./features.js')).features,
    },
    select: {
      description: 'find the measured features that add to the learned ones',
      load: async () => (await import('./select.js')).select,
    },
  },
  'Training:': {
    'train flat': {
      description: 'train a flat classifier: one CNN over all classes',
      load: async () => (await import('./train-flat.js')).trainFlatCommand,
    },
    'train tree': {
      description: 'train a tree: a classifier at each node of a taxonomy',
      load: async () => (await import('./train-tree.js')).trainTreeCommand,
    },
    'train specialists': {
      description: 'train a classifier within each group of classes, below a flat one that decides on the group',
      load: async () => (await import('./train-specialists.js')).trainSpecialistsCommand,
    },
    'train detector': {
      description: 'train a network that finds organisms in whole images, on composed scenes or annotated frames',
      load: async () => (await import('./train-detector.js')).trainDetectorCommand,
    },
    'train forest': {
      description: 'train a random forest on features: measured, deep, both, or from a table',
      load: async () => (await import('./train-forest.js')).trainForestCommand,
    },
    'train head': {
      description: 'train an MLP block on features: measured, deep, both, or from a table',
      load: async () => (await import('./train-head.js')).trainHeadCommand,
    },
    'train fusion': {
      description: 'make one classifier of two, by a weighted mean of their probabilities',
      load: async () => (await import('./train-fusion.js')).trainFusionCommand,
    },
    study: {
      description: 'train several kinds of classifiers over several seeds on equal terms, and compare them',
      load: async () => (await import('./study.js')).study,
    },
  },
  'On a cluster:': {
    'submit slurm': {
      description: 'divide the work of a command into jobs of Slurm',
      load: async () => (await import('./submit-slurm.js')).submitSlurm,
    },
    'submit oar': {
      description: 'divide the work of a command into jobs of OAR',
      load: async () => (await import('./submit-oar.js')).submitOar,
    },
    'submit local': {
      description: 'divide the work of a command among processes on this machine',
      load: async () => (await import('./submit-local.js')).submitLocal,
    },
    status: {
      description: 'show which jobs of a plan are done, running, waiting or failed',
      load: async () => (await import('./status.js')).status,
    },
    cancel: {
      description: 'cancel the jobs of a plan that have not ended',
      load: async () => (await import('./cancel.js')).cancel,
    },
    work: {
      description: 'do jobs of a plan in this process',
      load: async () => (await import('./work.js')).work,
    },
  },
  'Using and judging:': {
    predict: {
      description: 'classify images, and write one row an image',
      load: async () => (await import('./predict.js')).predict,
    },
    thresholds: {
      description: 'choose how probable each class has to be to be named, as a table for predict',
      load: async () => (await import('./thresholds.js')).thresholds,
    },
    count: {
      description: 'count the images of each taxon in each sample, adjusted for the errors of the classifier',
      load: async () => (await import('./count.js')).count,
    },
    embed: {
      description: 'write the deep features of images as a table',
      load: async () => (await import('./embed.js')).embedCommand,
    },
    novelty: {
      description: 'choose how images of classes that nobody labelled are recognised, on classes that were held out',
      load: async () => (await import('./novelty.js')).noveltyCommand,
    },
    evaluate: {
      description: 'measure a classifier on images that it has not seen',
      load: async () => (await import('./evaluate.js')).evaluateCommand,
    },
    compare: {
      description: 'compare classifiers on the same images, with intervals and tests of their differences',
      load: async () => (await import('./compare.js')).compare,
    },
    report: {
      description: 'write everything about some classifiers to one self-contained HTML page',
      load: async () => (await import('./report.js')).report,
    },
  },
  'Detecting:': {
    compose: {
      description: 'compose frames of single organisms, with their boxes and masks, to train and to judge detectors on',
      load: async () => (await import('./compose.js')).compose,
    },
    detect: {
      description: 'find organisms in whole images, and name them',
      load: async () => (await import('./detect.js')).detect,
    },
    judge: {
      description: 'measure detections against what is in the frames',
      load: async () => (await import('./judge.js')).judge,
    },
  },
  'Improving:': {
    weak: {
      description: 'find where the mistakes of a tree come from, which nodes to improve, and what to try',
      load: async () => (await import('./weak.js')).weak,
    },
    tune: {
      description: 'retrain a few nodes of a tree, and keep what makes the tree better',
      load: async () => (await import('./tune.js')).tune,
    },
    grow: {
      description: 'add classes to a tree, move or merge its nodes, and train only the nodes that change',
      load: async () => (await import('./grow.js')).grow,
    },
    confusion: {
      description: 'write the confusion matrix of a classifier, or of predictions made elsewhere',
      load: async () => (await import('./confusion.js')).confusion,
    },
    group: {
      description: 'group the classes that are confused with each other, and make a taxonomy of the groups',
      load: async () => (await import('./group.js')).group,
    },
  },
};

export const COMMANDS: readonly CommandEntry[] = Object.entries(GROUPS).flatMap(([group, entries]) =>
  Object.entries(entries).map(([name, entry]) => ({ name, group, ...entry })),
);

/** Words that begin several commands. */
export const FAMILIES = {
  trunk: 'weights of networks that were trained on ImageNet: get, list',
  submit: 'divide the work of a command that trains into jobs: of Slurm, of OAR, or on this machine',
  train: 'train a classifier: flat, tree, specialists, or a forest, head or fusion on features; or a detector',
};
