/**
 * What can keep a machine from starting, each with the message that tells what to do about it. Texts are in
 * messages/LOCALE/findings.json; `<code>{subject}</code>` in them is what the log named: a path, an interface, a user.
 */
export const FINDINGS = {
  unitMasked: "unitMaskedHint",
  unitBroken: "unitBrokenHint",
  conditionUnmet: "conditionUnmetHint",
  assertionFailed: "assertionFailedHint",
  dependencyFailed: "dependencyFailedHint",
  imageMissing: "imageMissingHint",
  notAnOs: "notAnOsHint",
  notADisk: "notADiskHint",
  noLoopDevice: "noLoopDeviceHint",
  bindMissing: "bindMissingHint",
  bindMismatch: "bindMismatchHint",
  overlayFailed: "overlayFailedHint",
  bridgeMissing: "bridgeMissingHint",
  interfaceMissing: "interfaceMissingHint",
  interfaceExists: "interfaceExistsHint",
  addressInUse: "addressInUseHint",
  settingsInvalid: "settingsInvalidHint",
  initMissing: "initMissingHint",
  programFailed: "programFailedHint",
  userMissing: "userMissingHint",
  workingDirectoryMissing: "workingDirectoryMissingHint",
  treeBusy: "treeBusyHint",
  nameTaken: "nameTakenHint",
  userRange: "userRangeHint",
  noSpace: "noSpaceHint",
  nspawnMissing: "nspawnMissingHint",
  killed: "killedHint",
  outOfMemory: "outOfMemoryHint",
  timedOut: "timedOutHint",
  watchdog: "watchdogHint",
  startLimit: "startLimitHint",
  settingsIgnored: "settingsIgnoredHint",
  settingsUntrusted: "settingsUntrustedHint",
  unknown: "unknownHint",
} as const;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  code: FindingCode;
  /** What the log named; "" where the finding names nothing. */
  subject: string;
  /** In English, for scripts; the page says it in the reader's language by `code` and `subject`. */
  problem: string;
  hint: string;
}
