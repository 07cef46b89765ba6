/** Scores as Parquet: a row group for each part of the images. */
import type { ColumnSource, SchemaElement } from 'hyparquet-writer';
import { startFile } from '../../../unfinished-file.js';
import { columnName } from './score-columns.js';
import type { OpenScoreFile } from './score-file.js';

export const openParquetScores: OpenScoreFile = async (file, { columns, about }) => {
  const { fileWriter, ParquetWriter } = await import('hyparquet-writer');
  const { temporary, commit, discard } = await startFile(file);
  const names = ['path', ...columns.map(columnName)];
  const schema: SchemaElement[] = [
    { name: 'root', num_children: names.length },
    { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    ...columns.map((column): SchemaElement => {
      return { name: columnName(column), type: 'FLOAT', repetition_type: 'REQUIRED' };
    }),
  ];
  const kvMetadata = Object.entries(about).map(([key, value]) => ({ key, value }));
  const writer = new ParquetWriter({ writer: fileWriter(temporary), schema, kvMetadata, createdBy: 'cladenet' });
  return {
    async append(paths, scores) {
      const columnData = names.map((name, c): ColumnSource => {
        if (c === 0) return { name, data: [...paths] };
        return { name, data: Float32Array.from(paths, (_, row) => scores[row * columns.length + c - 1] as number) };
      });
      await writer.write({ columnData, rowGroupSize: Math.max(1, paths.length) });
    },
    async commit() {
      await writer.finish();
      await commit();
    },
    discard,
  };
};
