// The built-in CloudFormation validator costs seconds at the first synthesis of every file;
// test/examples validates once, with it on.
process.env.CDK_VALIDATION ??= 'false';
