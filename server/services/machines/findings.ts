import { FINDINGS, type Finding, type FindingCode } from "@/lib/findings";
import texts from "@/messages/en/findings.json";

interface Rule {
  code: FindingCode;
  pattern: RegExp;
}

/**
 * Messages of systemd-nspawn and PID 1, by what they mean; the first group is the subject. Every text was seen in a journal
 * (systemd 252), or is in the sources of a later systemd. What only warns comes last.
 */
const RULES: readonly Rule[] = [
  { code: "imageMissing", pattern: /^No image for machine '(.+)'\.$/ },
  { code: "notAnOs", pattern: /^Directory (.+) doesn't look like (?:an OS root directory|it has an OS tree)/ },
  { code: "notADisk", pattern: /Couldn't identify a suitable partition table or file system/ },
  { code: "notADisk", pattern: /No suitable root partition found in image/ },
  { code: "noLoopDevice", pattern: /^Failed to set up loopback block device: (.+)$/ },
  { code: "bindMissing", pattern: /^Failed to stat (\/.+): No such file or directory$/ },
  { code: "bindMismatch", pattern: /^Cannot bind mount (?:file|directory) (.+) on (?:file|directory) .+\.$/ },
  { code: "overlayFailed", pattern: /^Failed to mount overlay \(type overlay\) on (\S+) / },
  { code: "bridgeMissing", pattern: /^Failed to add interface \S+ to bridge (\S+): No such device$/ },
  { code: "interfaceMissing", pattern: /^Failed to resolve interface "?([^":]+)"?: No such device$/ },
  { code: "interfaceExists", pattern: /^Failed to add new \w+ interfaces? \(([^:)]+)[^)]*\): File exists$/ },
  { code: "addressInUse", pattern: /: Address already in use$/ },
  { code: "settingsInvalid", pattern: /^(\S+\.nspawn:\d+: Invalid (?!.*ignoring).*)$/ },
  { code: "settingsInvalid", pattern: /^(\S+\.nspawn:\d+: Failed to parse file: .*)$/ },
  { code: "initMissing", pattern: /^execv\(.*\/sbin\/init\) failed: No such file or directory$/ },
  { code: "programFailed", pattern: /^execv\((.+)\) failed: / },
  { code: "userMissing", pattern: /^Failed to resolve user '?([^'.:]+)/ },
  { code: "workingDirectoryMissing", pattern: /^Failed to change to specified working directory (.+): / },
  { code: "treeBusy", pattern: /^(?:Directory tree|Disk image) (.+) is currently busy\.$/ },
  { code: "nameTaken", pattern: /^Failed to register machine: Machine '(.+)' already exists$/ },
  { code: "userRange", pattern: /^(UID and GID base of .+ don't match\.|UID base too high for UID range\.)$/ },
  { code: "userRange", pattern: /^(Failed to (?:pick|adjust) UID\/GID .+)$/ },
  { code: "noSpace", pattern: /: No space left on device$/ },
  { code: "nspawnMissing", pattern: /^systemd-nspawn@\S+ Failed at step EXEC spawning (.+): .+$/ },
  { code: "outOfMemory", pattern: /killed by the OOM killer/ },
  { code: "timedOut", pattern: /^systemd-nspawn@\S+ start operation timed out\./ },
  { code: "watchdog", pattern: /^systemd-nspawn@\S+ Watchdog timeout/ },
  { code: "killed", pattern: /^systemd-nspawn@\S+ Main process exited, code=(?:killed|dumped), status=\d+\/(\w+)/ },
  { code: "killed", pattern: /^Container \S+ terminated by signal (\w+)\.$/ },
  { code: "dependencyFailed", pattern: /^Dependency failed for .*Container / },
  { code: "conditionUnmet", pattern: /^systemd-nspawn@.*was skipped because of an unmet condition check \((.+)\)\.$/ },
  { code: "assertionFailed", pattern: /^systemd-nspawn@\S+ Starting requested but asserts failed\.$/ },
  { code: "startLimit", pattern: /^(systemd-nspawn@\S+): Start request repeated too quickly\.$/ },
];

const WARNINGS: readonly Rule[] = [
  { code: "settingsUntrusted", pattern: /^(.*\.nspawn.* is not trusted.*)$/ },
  { code: "settingsIgnored", pattern: /^(\S+\.nspawn:\d+: .*(?:[Ii]gnoring|Failed to parse).*)$/ },
];

const ALL_RULES = [...RULES, ...WARNINGS];
const MAX_FINDINGS = 8;

/** Problems and warnings in the messages of one attempt, the most telling first. Each message means one thing at most. */
export function findProblems(messages: readonly string[]): Finding[] {
  const found = messages
    .flatMap((message) => match(message) ?? [])
    .sort((one, other) => one.rank - other.rank)
    .map(({ rule, subject }) => finding(rule.code, subject));
  const unique = new Map(found.map((one) => [`${one.code} ${one.subject}`, one]));
  return [...unique.values()]
    .filter(({ code }) => code !== "killed" || !found.some(endsByKilling))
    .slice(0, MAX_FINDINGS);
}

/** systemd kills what it gives up; the signal is then not the reason. */
function endsByKilling({ code }: Finding): boolean {
  return code === "timedOut" || code === "watchdog" || code === "outOfMemory";
}

function match(message: string): { rule: Rule; rank: number; subject: string } | null {
  for (const [rank, rule] of ALL_RULES.entries()) {
    const found = rule.pattern.exec(message);
    if (found) return { rule, rank, subject: found[1] ?? "" };
  }
  return null;
}

/** Whether it only warns: such a line alone keeps nothing from starting. */
export function isWarning({ code }: Finding): boolean {
  return WARNINGS.some((rule) => rule.code === code);
}

/** A finding in English. */
export function finding(code: FindingCode, subject = ""): Finding {
  const say = (text: string) => text.replaceAll(/<\/?code>/g, "").replaceAll("{subject}", () => subject);
  return { code, subject, problem: say(texts[code]), hint: say(texts[FINDINGS[code]]) };
}
