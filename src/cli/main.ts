#!/usr/bin/env -S node --max-semi-space-size=16 --no-parallel-scavenge
import { errorEntry } from '../contract/errors/catalogue.ts';
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
    const action = errorEntry(error.code)?.action;
    process.stderr.write(`${error.code}\n  ${error.text.vi}\n  ${error.text.en}\n${action === undefined ? '' : `  → ${action.vi}\n  → ${action.en}\n`}`);
    process.exitCode = EXIT.unavailable;
  } else if ((error as NodeJS.ErrnoException).syscall === 'listen') {
    const { code = '', address = '', port = '' } = error as NodeJS.ErrnoException & { address?: string; port?: number };
    process.stderr.write(`${code}: ${address}:${port}\n  không mở được cổng để lắng nghe; cổng đã có tiến trình khác dùng, hoặc không được phép\n  cannot listen there: another process uses the port, or it is not allowed\n`);
    process.exitCode = EXIT.unavailable;
  } else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = EXIT.unavailable;
  }
}
