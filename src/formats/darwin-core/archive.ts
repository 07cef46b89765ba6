/**
 * Writes what a classifier identified as Darwin Core: one identification an image, and an archive of events, occurrences and
 * measurements.
 *
 * Terms and values follow the OBIS manual, "Multimedia data (acoustic, imaging)" (identificationVerificationStatus, identifiedBy,
 * identificationReferences); Martin-Cabrera et al., "Best practices and recommendations for plankton imaging data management", 2022;
 * and EcoTaxa's own export (counts and concentrations as measurements with the NERC terms OCOUNT01 and SDBIOL01).
 *
 * @see https://dwc.tdwg.org/text/ (the descriptor of an archive)
 */
import { formatCsv } from '../../csv.js';

/** A taxon as an identification names it. */
export interface IdentifiedTaxon {
  readonly scientificName: string;
  readonly taxonID: string;
  readonly taxonRank: string;
}

/** An image and what it was identified as. */
export interface Identification {
  /** The sample that the image is of. */
  readonly eventID: string;
  /** The path of the image. */
  readonly image: string;
  /** The object in the table of the images; empty where it is not known. */
  readonly object: string;
  readonly taxon: IdentifiedTaxon;
  /** The class or the node, as the classifier names it. */
  readonly verbatim: string;
  readonly probability: number;
}

/** Who identified, with what, and when. */
export interface Identifier {
  readonly identifiedBy: string;
  readonly identificationReferences: string;
  /** ISO 8601. */
  readonly dateIdentified: string;
}

/** Images of a taxon in a sample. */
export interface TaxonCount {
  readonly taxon: IdentifiedTaxon;
  readonly count: number;
  /** In individuals per cubic metre; undefined where the volume is not known. */
  readonly concentration: number | undefined;
}

/** A sample and the taxa in it. */
export interface SampleOccurrences {
  readonly eventID: string;
  /** In cubic metres; undefined where it is not known. */
  readonly volume: number | undefined;
  readonly taxa: readonly TaxonCount[];
}

export const STATUS = 'PredictedByMachine';

/** The columns of an identification, by their Darwin Core terms. */
export const IDENTIFICATION_TERMS = [
  ...['identificationID', 'occurrenceID', 'eventID', 'associatedMedia', 'verbatimIdentification', 'scientificName'],
  ...['scientificNameID', 'taxonID', 'taxonRank', 'identificationVerificationStatus', 'identificationRemarks'],
  ...['identifiedBy', 'identificationReferences', 'dateIdentified'],
] as const;

const OCCURRENCE_TERMS = [
  ...[
    'eventID',
    'occurrenceID',
    'basisOfRecord',
    'occurrenceStatus',
    'scientificName',
    'scientificNameID',
    'taxonID',
    'taxonRank',
  ],
  ...[
    'individualCount',
    'organismQuantity',
    'organismQuantityType',
    'identificationVerificationStatus',
    'identifiedBy',
  ],
  ...['identificationReferences', 'dateIdentified'],
];
const EVENT_TERMS = ['eventID', 'sampleSizeValue', 'sampleSizeUnit'];
const MEASUREMENT_TERMS = [
  ...[
    'eventID',
    'occurrenceID',
    'measurementType',
    'measurementTypeID',
    'measurementValue',
    'measurementUnit',
    'measurementUnitID',
  ],
];

/** The NERC vocabulary of the measurements, as EcoTaxa uses it. */
const COUNT = {
  type: 'Count (in assayed sample) of biological entity specified elsewhere',
  id: 'http://vocab.nerc.ac.uk/collection/P01/current/OCOUNT01/',
};
const CONCENTRATION = {
  type: 'Abundance of biological entity specified elsewhere per unit volume of the water body',
  id: 'http://vocab.nerc.ac.uk/collection/P01/current/SDBIOL01/',
  unit: 'Number per cubic metre',
  unitId: 'http://vocab.nerc.ac.uk/collection/P06/current/UPMM/',
};

/** The occurrence of a taxon in a sample. */
export const occurrenceId = (eventID: string, { taxonID, scientificName }: IdentifiedTaxon): string =>
  `${eventID}_${taxonID === '' ? scientificName : taxonID}`;

/** An id that is a name's in a register, such as `urn:lsid:marinespecies.org:taxname:104108`. */
const nameId = (id: string): string => (/^urn:lsid:/i.test(id) ? id : '');

/** Rows of `identification.csv`, without its header. */
export function identificationRows(identifications: readonly Identification[], by: Identifier): string[][] {
  return identifications.map(({ eventID, image, object, taxon, verbatim, probability }) => [
    object === '' ? image : object,
    occurrenceId(eventID, taxon),
    eventID,
    image,
    verbatim,
    taxon.scientificName,
    nameId(taxon.taxonID),
    taxon.taxonID,
    taxon.taxonRank,
    STATUS,
    `probability ${probability.toFixed(6)}`,
    by.identifiedBy,
    by.identificationReferences,
    by.dateIdentified,
  ]);
}

/** Six digits, without zeros at the end. */
const rounded = (value: number): string => String(Number(value.toPrecision(6)));

/** The files of the archive, by their names. */
export function formatArchive(samples: readonly SampleOccurrences[], by: Identifier): Readonly<Record<string, string>> {
  const events = samples.map(({ eventID, volume }) => [
    eventID,
    volume === undefined ? '' : rounded(volume),
    volume === undefined ? '' : 'cubic metre',
  ]);
  const all = samples.flatMap(({ eventID, taxa }) => taxa.map((one) => ({ eventID, ...one })));
  const occurrences = all.map(({ eventID, taxon, count, concentration }) => [
    eventID,
    occurrenceId(eventID, taxon),
    'MachineObservation',
    'present',
    taxon.scientificName,
    nameId(taxon.taxonID),
    taxon.taxonID,
    taxon.taxonRank,
    String(count),
    concentration === undefined ? String(count) : rounded(concentration),
    concentration === undefined ? 'individuals' : 'individuals per cubic metre',
    STATUS,
    by.identifiedBy,
    by.identificationReferences,
    by.dateIdentified,
  ]);
  const measurements = all.flatMap(({ eventID, taxon, count, concentration }) => {
    const id = occurrenceId(eventID, taxon);
    const { type, id: typeId, unit, unitId } = CONCENTRATION;
    const counts = [eventID, id, COUNT.type, COUNT.id, String(count), '', ''];
    return concentration === undefined
      ? [counts]
      : [counts, [eventID, id, type, typeId, rounded(concentration), unit, unitId]];
  });
  return {
    'event.csv': formatCsv([EVENT_TERMS, ...events]),
    'occurrence.csv': formatCsv([OCCURRENCE_TERMS, ...occurrences]),
    'measurementOrFact.csv': formatCsv([MEASUREMENT_TERMS, ...measurements]),
    'meta.xml': META,
  };
}

const DWC = 'http://rs.tdwg.org/dwc/terms/';
const OBIS = 'http://rs.iobis.org/obis/terms/';
/** Terms of the extended measurements that are none of Darwin Core's. */
const OF_OBIS: readonly string[] = ['measurementTypeID', 'measurementUnitID'];

function described(kind: 'core' | 'extension', file: string, rowType: string, terms: readonly string[]): string {
  const format =
    'encoding="UTF-8" fieldsTerminatedBy="," linesTerminatedBy="\\n" fieldsEnclosedBy="&quot;" ignoreHeaderLines="1"';
  const fields = terms.map(
    (term, i) => `    <field index="${i}" term="${OF_OBIS.includes(term) ? OBIS : DWC}${term}"/>`,
  );
  const key = kind === 'core' ? '<id index="0"/>' : '<coreid index="0"/>';
  return [
    `  <${kind} ${format} rowType="${rowType}">`,
    `    <files><location>${file}</location></files>`,
    `    ${key}`,
    ...fields,
    `  </${kind}>`,
  ].join('\n');
}

const META = `<?xml version="1.0" encoding="UTF-8"?>
<archive xmlns="http://rs.tdwg.org/dwc/text/">
${described('core', 'event.csv', `${DWC}Event`, EVENT_TERMS)}
${described('extension', 'occurrence.csv', `${DWC}Occurrence`, OCCURRENCE_TERMS)}
${described('extension', 'measurementOrFact.csv', `${OBIS}ExtendedMeasurementOrFact`, MEASUREMENT_TERMS)}
</archive>
`;
