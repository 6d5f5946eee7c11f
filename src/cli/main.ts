#!/usr/bin/env node
import { isLedgerError } from '../ledger/errors.ts';
import { isValidationError } from '../contract/validate.ts';
import { keepHeapSmall } from './memory.ts';
import { CommandError, EXIT } from './output.ts';
import { program } from './program.ts';

keepHeapSmall();
try {
  await program().parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommandError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  } else if (isValidationError(error)) {
    for (const found of error.issues) process.stderr.write(`${found.code} ${found.pointer ?? ''}\n  ${found.message.vi}\n  ${found.message.en}\n`);
    process.exitCode = EXIT.usage;
  } else if (isLedgerError(error)) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.unavailable;
  } else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = EXIT.unavailable;
  }
}
