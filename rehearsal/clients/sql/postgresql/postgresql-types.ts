import { type CustomTypesConfig, types } from 'pg';

/** 64-bit numbers as numbers: those of the rehearsal are small. */
export const TYPES: CustomTypesConfig = {
  getTypeParser: (id, format) => (id === types.builtins.INT8 ? Number : types.getTypeParser(id, format)),
};
