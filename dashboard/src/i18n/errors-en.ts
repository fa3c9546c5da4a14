import { ERRORS } from '@heat-center/contract/errors.ts';
import type { ErrorCode } from '@heat-center/contract/errors.ts';

export type ErrorWords = Record<ErrorCode, { meaning: string; remedy: string }>;

/** English texts of the contract's codes are the contract's own. */
export const errorsEn: ErrorWords = ERRORS;
