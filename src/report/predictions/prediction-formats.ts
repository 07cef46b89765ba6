/** The formats in which predictions are written. */
import type { PredictionFormat } from './prediction-writer.js';

const FORMATS = {
  table: {
    description: 'a CSV file with class, probability, lineage and the five most probable classes of each image',
    writes: 'file',
    open: async (context) => (await import('./table-writer.js')).openTable(context),
  },
  ecotaxa: {
    description: 'a table that updates the categories of EcoTaxa objects, and their scores as JSON for its interface',
    writes: 'folder',
    uses: ['object_id', 'objid', 'object_annotation_status'],
    open: async (context) => (await import('./ecotaxa-writer.js')).openEcotaxa(context),
  },
  'darwin-core': {
    description:
      'Darwin Core: an identification an image, and an archive of the taxa of each sample with counts and concentrations',
    writes: 'folder',
    uses: ['sample_id', 'object_id', 'sample_tot_vol', 'acq_sub_part', 'ml_analyzed', 'bin'],
    open: async (context) => (await import('./darwin-core-writer.js')).openDarwinCore(context),
  },
  ifcb: {
    description: 'for each IFCB bin class scores as HDF5, and a CSV file for ClassiPyR',
    writes: 'folder',
    open: async (context) => (await import('./ifcb-writer.js')).openIfcb(context, 'h5'),
  },
  'ifcb-csv': {
    description: 'as ifcb, with the scores as CSV',
    writes: 'folder',
    open: async (context) => (await import('./ifcb-writer.js')).openIfcb(context, 'csv'),
  },
} as const satisfies Readonly<Record<string, PredictionFormat>>;

/** The name of a format of predictions, as `predict --format` takes it. */
export type PredictionFormatName = keyof typeof FORMATS;

/** The formats of predictions by their names. The code of one is loaded when it is opened. */
export const PREDICTION_FORMATS: Readonly<Record<PredictionFormatName, PredictionFormat>> = FORMATS;

/** The names, in the order in which they are listed. */
export const PREDICTION_FORMAT_NAMES = Object.keys(FORMATS) as [PredictionFormatName, ...PredictionFormatName[]];
