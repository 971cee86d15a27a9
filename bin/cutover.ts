#!/usr/bin/env node
import { CommanderError } from 'commander';
import { printable } from '../agent/printable';
import { problemOf } from './operator/problem';
import { cutoverProgram } from './program';

cutoverProgram()
  .parseAsync()
  .catch((error: unknown) => {
    if (!(error instanceof CommanderError)) process.stderr.write(`cutover: ${printable(problemOf(error))}\n`);
    process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
  });
