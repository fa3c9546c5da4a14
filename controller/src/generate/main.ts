/** Generates the pages that follow from the controller's schemas; `--check` only says what is out of date. */
import { emit, json } from '@heat-center/contract/generate/emit.ts';
import { describeApi } from '../adapters/http/openapi.ts';
import { accessPage } from './access-page.ts';
import { environmentPage } from './environment-page.ts';

emit({
  'docs/permissions.md': accessPage(),
  'docs/environment.md': environmentPage(),
  'docs/openapi.json': json(await describeApi()),
});
