/** Columns of EcoTaxa tables that predictions for EcoTaxa use where they are there. */
export const ECOTAXA_FIELDS = ['object_id', 'objid', 'object_annotation_status'] as const;
