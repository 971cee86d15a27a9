import { combination } from './requests';

/** Deleting takes a last snapshot, unless one says that it must not. @throws AwsError InvalidParameterCombination */
export function checkFinalSnapshot(request: {
  readonly SkipFinalSnapshot?: boolean | undefined;
  readonly FinalDBSnapshotIdentifier?: string | undefined;
}): void {
  const { SkipFinalSnapshot: skip = false, FinalDBSnapshotIdentifier: name } = request;
  if (skip && name !== undefined) {
    throw combination('FinalDBSnapshotIdentifier cannot be specified when SkipFinalSnapshot is true.');
  }
  if (!skip && name === undefined) {
    throw combination('FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.');
  }
}
