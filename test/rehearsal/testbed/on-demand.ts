/** What not every change must pass, for it takes too long. All whole migrations: EVERY=1 npm run test:rehearsals */
export const onDemand = process.env.EVERY === undefined ? test.skip : test;
