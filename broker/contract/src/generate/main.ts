/** Generates everything that follows from the contract; `--check` only says what is out of date. */
import { asyncApi } from './asyncapi.ts';
import { emit, json, type Files } from './emit.ts';
import { errorsPage, pointsPage } from './pages.ts';
import { schemaFiles } from './schemas.ts';

function contractFiles(): Files {
  const schemas = Object.entries(schemaFiles()).map(([path, schema]) => [path, json(schema)] as const);
  return {
    'docs/points.md': pointsPage(),
    'docs/errors.md': errorsPage(),
    'docs/asyncapi.json': json(asyncApi()),
    ...Object.fromEntries(schemas),
  };
}

emit(contractFiles());
