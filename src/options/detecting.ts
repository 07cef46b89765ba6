/** How a detector is trained. */
import { z } from 'zod';
import { DETECTOR_KINDS } from '../detection/learned/network/kinds.js';
import { VIEWS } from '../detection/learned/reading/mirrored.js';
import { DETECTOR_TRAININGS } from '../detection/learned/training/usual-trainings.js';
import { trainingSchema } from '../training/config.js';
import { atLeast0, number, oneOf, oneOfNumbers, positive, share, text, toggle, whole } from '../value-schemas.js';
import { imageChoice } from './images.js';
import { measuringOptions } from './measuring.js';
import { grouped, option } from './option.js';

const { shape } = trainingSchema;
const usual = trainingSchema.parse(DETECTOR_TRAININGS['two-slot']);
const yolo = trainingSchema.parse(DETECTOR_TRAININGS.yolo);
const unlessYolo = (of: (training: typeof usual) => number) =>
  of(yolo) === of(usual) ? `${of(usual)}` : `${of(usual)}, of YOLO ${of(yolo)}`;

const scaleFactor = () => number('a factor above 0, up to 10', (value) => value > 0 && value <= 10);

/** What a detector is trained on: crops that scenes are composed of, or annotated frames. */
export const detectorData = {
  ...grouped('Images', {
    ...imageChoice,
    images: option(imageChoice.images.optional(), {
      description: 'images of single organisms, of which scenes are composed',
      default: 'none, with --frames',
    }),
  }),
  ...grouped('Frames', {
    frames: option(text('a folder').optional(), {
      description: 'folder of annotated frames, in place of --images',
      value: 'dir',
      reads: 'images',
    }),
    annotations: option(text('a file or a folder').optional(), {
      description: 'annotations of the frames: COCO, YOLO, Pascal VOC, LabelMe or CVAT',
      value: 'file|dir',
      reads: 'file',
    }),
    validationAnnotations: option(text('a file or a folder').optional(), {
      description: 'annotations of the frames that judge the training; may be the same, with --validation-list',
      value: 'file|dir',
      reads: 'file',
      default: '15 % of the frames, drawn by the seed',
    }),
    list: option(text('the name of a list').optional(), {
      description: 'of a Pascal VOC folder, use the frames of this list',
      value: 'name',
      default: 'all frames',
    }),
    validationList: option(text('the name of a list').optional(), {
      description: 'of a Pascal VOC folder, the list of frames that judge the training',
      value: 'name',
    }),
    scale: option(scaleFactor().default(1), {
      description: 'factor that frames are scaled by, so that organisms have about 20 to 100 pixels',
      value: 'x',
    }),
  }),
};

export const detectorOptions = {
  ...grouped('Detector', {
    kind: option(oneOf(...DETECTOR_KINDS).default('two-slot'), {
      description: 'kind of detector',
      value: 'name',
      choices: {
        centre: 'a map of centres, with the size of the organism at each',
        'two-slot': 'the same, and each pixel of the map can hold two organisms',
        yolo: 'YOLO v1: a grid of 7 x 7 cells with two boxes each',
      },
    }),
    size: option(
      number('a multiple of 32 from 64 to 1024', (value) => value % 32 === 0 && value >= 64 && value <= 1024).default(
        256,
      ),
      { description: 'side of the squares that the network looks at', unit: 'pixels' },
    ),
    separator: option(toggle().default(false), {
      description: 'also train a network that separates organisms lying on each other; with --images only',
    }),
  }),
  ...grouped('Training', {
    epochs: option(shape.epochs.unwrap().optional(), {
      description: 'epochs of the detector, and twice as many of the separator',
      value: 'n',
      default: String(usual.epochs),
    }),
    examples: option(whole(1, 10_000_000).default(1600), {
      description: 'scenes or parts of frames in an epoch, drawn anew in each',
      value: 'n',
    }),
    judged: option(whole(0, 1_000_000).default(200), { description: 'scenes that judge each epoch', value: 'n' }),
    batch: option(shape.batch.unwrap().optional(), {
      description: 'examples in a training step',
      value: 'n',
      default: unlessYolo(({ batch }) => batch),
    }),
    rate: option(positive().optional(), {
      description: 'peak learning rate of the one-cycle schedule',
      value: 'x',
      default: unlessYolo(({ optimiser }) => optimiser.rate),
    }),
    precision: option(shape.precision.unwrap().optional(), {
      description: 'arithmetic of the convolutions while training',
      value: 'type',
      default: usual.precision,
    }),
  }),
  out: option(z.string('a folder').min(1, 'a folder'), {
    description: 'folder to save the detector to',
    value: 'detector',
    writes: 'detector',
  }),
};

/** How organisms are found in frames. */
export const detectOptions = {
  with: option(text('threshold, or the folder of a detector'), {
    description: 'what finds organisms: threshold (by grey level), or the folder of a detector that was trained',
    value: 'threshold|dir',
    reads: 'classifier',
  }),
  classify: option(text('the folder of a classifier').optional(), {
    description: 'classifier that names what is found',
    value: 'model',
    reads: 'classifier',
    default: 'none: boxes alone',
  }),
  ...grouped('Detecting', {
    minScore: option(share().optional(), {
      description: 'leave out detections that are less sure',
      value: 'score',
      default: 'the one that the detector was given on validation frames, for so many views; 0 for threshold',
    }),
    views: option(oneOfNumbers(...VIEWS).optional(), {
      description:
        'with a detector: average what it finds in this many mirrored views; 4 find more, in four times the time',
      value: 'n',
      default: '1',
    }),
    scale: option(scaleFactor().optional(), {
      description:
        'with a detector: factor that frames are scaled by before they are looked at; 0.5 where organisms have twice as many pixels as those it was trained on',
      value: 'x',
      default: 'as in its training',
    }),
    background: measuringOptions.background,
    threshold: measuringOptions.threshold,
    minArea: option(whole(1).optional(), {
      description: 'with threshold: fewest pixels of an organism',
      unit: 'pixels',
      default: '30',
    }),
    splitDepth: option(atLeast0().optional(), {
      description:
        'with threshold: how much thicker two parts must be than the place between them to be two organisms; 0 splits none',
      unit: 'pixels',
      default: '2',
    }),
    tile: option(whole(64, 16_384).default(2048), {
      description: 'side of the parts that larger frames are looked at in',
      unit: 'pixels',
    }),
    overlap: option(whole(0, 8000).default(256), {
      description: 'what neighbouring parts share; larger organisms are put together from pieces',
      unit: 'pixels',
    }),
  }),
  ...grouped('Classifying', {
    margin: option(whole(0, 10_000).optional(), {
      description: 'pixels of the frame around a box that belong to its crop',
      unit: 'pixels',
      default: "as around the organisms of the classifier's training images",
    }),
    anyBackground: option(toggle().default(false), {
      description: "classify organisms on another background than the classifier's training images have",
    }),
  }),
};
