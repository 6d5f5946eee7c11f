/** Every operation of the land system by its name. */
import { downloadFile } from './operations/download-file.ts';
import { resultReturned } from './operations/result-returned.ts';
import { submit, submitTax } from './operations/submit.ts';
import { supplementDone } from './operations/supplement-done.ts';
import { wrongResult } from './operations/wrong-result.ts';

export const operations = {
  // The order of the plans: nothing is told of a dossier before the dossier itself; files come last, they hold nobody up.
  submit,
  submitTax,
  supplementDone,
  wrongResult,
  resultReturned,
  downloadFile,
};
