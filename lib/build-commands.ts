import type { BuildCreate, BuildOptions, BuildStepName, RecipeId } from "./build";
import { formatCommand } from "./commands";

/** The image directory of machined; builds are made in it under a hidden name. */
export const POOL = "/var/lib/machines";

/** What of the host decides how a build is run. Paths are absolute, null where the tool is missing. */
export interface BuildHost {
  pacstrap: string | null;
  /** Older pacstrap refuses a directory that is no mount point without -d; current ones do not know it. */
  pacstrapHasDirectoryOption: boolean;
  /** /etc/pacman.d/mirrorlist exists: pacstrap copies it, and fails without it. */
  pacmanMirrorlist: boolean;
  /** /etc/pacman.d/gnupg exists: pacman checks signatures with it. */
  pacmanKeyring: boolean;
  /** /etc/pacman.conf names at least one repository. */
  pacmanRepositories: boolean;
  mmdebstrap: string | null;
  debootstrap: string | null;
  /** The btrfs tool, where the pool is on btrfs: the tree is then a subvolume, and clones of it are instant. */
  btrfs: string | null;
  firstboot: string | null;
}

/** Where one build works. */
export interface BuildPlace {
  /** The hidden tree, on the pool's file system. */
  tree: string;
  target: string;
  /** Where a pacman.conf is written when none is given and the host's does not do. */
  pacmanConfig: string;
}

export interface PlannedCommand {
  step: BuildStepName;
  argv: string[];
  /** The password comes on standard input, from a file without a name. */
  readsPassword?: true;
}

export const DEFAULT_PACKAGES: Record<RecipeId, readonly string[]> = {
  arch: ["base"],
  // What a Debian tree needs to boot, to log in to, and to get an address.
  debian: ["systemd", "systemd-sysv", "dbus", "libpam-systemd", "login", "passwd", "iproute2"],
};
/** A container has no use for a kernel; some packages ask for one by name all the same. */
export const DEFAULT_IGNORE: readonly string[] = ["linux"];
export const DEFAULT_MIRROR: Record<RecipeId, string> = {
  arch: "https://geo.mirror.pkgbuild.com",
  debian: "http://deb.debian.org/debian",
};
export const DEFAULT_SUITE = "stable";

/**
 * What is kept of what was asked: not the password, but what was left to the recipe, so that a build can be repeated after
 * the defaults have changed.
 */
export function storedOptions(input: BuildCreate): BuildOptions {
  const options: BuildOptions = { ...input, rootLogin: { kind: input.rootLogin.kind } };
  if (options.recipe !== "arch") return options;
  return {
    ...options,
    packages: options.packages?.length ? options.packages : [...DEFAULT_PACKAGES.arch],
    ignore: options.ignore ?? [...DEFAULT_IGNORE],
  };
}

/** Where a build's tree is until it is put in place: hidden, on the pool's file system. */
export function buildTree(id: string): string {
  return `${POOL}/.build-${id}`;
}

export function buildPlace(id: string, name: string, dataDir = "/var/lib/machineroom"): BuildPlace {
  return {
    tree: buildTree(id),
    target: `${POOL}/${name}`,
    pacmanConfig: `${dataDir}/builds/${id}/pacman.conf`,
  };
}

/** The directory of a `file:` or `copy:` mirror, null for one on the network. */
export function localMirrorPath(mirror: string): string | null {
  const match = /^(?:file|copy):\/*(\/.*)$/.exec(mirror);
  return match?.[1] ?? null;
}

/** Whether a pacman.conf is written for this build: for its own mirror, or because the host's names no repository. */
export function needsPacmanConfig(options: BuildOptions, host: BuildHost): boolean {
  return options.recipe === "arch" && !options.config && (options.mirror !== undefined || !host.pacmanRepositories);
}

/** The `Server =` value of a mirror: pacman's variables are added where the address has none. */
export function pacmanServer(mirror: string): string {
  const address = mirror.replace(/^copy:/, "file:").replace(/\/+$/, "");
  return address.includes("$repo") ? address : `${address}/$repo/os/$arch`;
}

/** A pacman.conf(5) for one mirror. Signatures are required but of a directory of this very host. */
export function pacmanConfigText(mirror: string, repositories: readonly string[] = ["core", "extra"]): string {
  const sigLevel = localMirrorPath(mirror) === null ? "Required DatabaseOptional" : "Never";
  const sections = repositories.map((name) => `[${name}]\nServer = ${pacmanServer(mirror)}\n`);
  return [
    "[options]\nHoldPkg = pacman glibc\nArchitecture = auto\n",
    `SigLevel = ${sigLevel}\n\n`,
    sections.join("\n"),
  ].join("");
}

/**
 * Every command of a build, in order. The builder runs exactly these, the page shows exactly these before they are run.
 * Files the builder writes itself (host name, machine-id, securetty, a network file) are no commands.
 */
export function planCommands(options: BuildOptions, host: BuildHost, place: BuildPlace): PlannedCommand[] {
  const { tree } = place;
  return [
    {
      step: "prepare",
      argv: host.btrfs ? [host.btrfs, "subvolume", "create", tree] : ["/usr/bin/mkdir", "--mode=755", tree],
    },
    { step: "install", argv: installCommand(options, host, place) },
    loginCommand(options, host, tree),
    { step: "network", argv: ["/usr/bin/systemctl", `--root=${tree}`, "enable", "systemd-networkd.service"] },
    { step: "place", argv: ["/usr/bin/mv", "--no-clobber", "--no-target-directory", tree, place.target] },
  ];
}

function installCommand(options: BuildOptions, host: BuildHost, place: BuildPlace): string[] {
  if (options.recipe === "arch") return pacstrapCommand(options, host, place);
  return host.mmdebstrap === null && host.debootstrap !== null
    ? debootstrapCommand(options, host.debootstrap, place)
    : mmdebstrapCommand(options, host.mmdebstrap ?? "/usr/bin/mmdebstrap", place);
}

/** pacstrap(8): its own options come before the tree, pacman's after it. */
function pacstrapCommand(options: BuildOptions, host: BuildHost, place: BuildPlace): string[] {
  const config = options.config ?? (needsPacmanConfig(options, host) ? place.pacmanConfig : undefined);
  const ignore = options.ignore ?? DEFAULT_IGNORE;
  return [
    host.pacstrap ?? "/usr/bin/pacstrap",
    "-c",
    ...(host.pacstrapHasDirectoryOption ? ["-d"] : []),
    ...(config === undefined ? [] : ["-C", config]),
    ...(host.pacmanMirrorlist && options.mirror === undefined ? [] : ["-M"]),
    ...(host.pacmanKeyring ? [] : ["-G"]),
    place.tree,
    ...(options.packages?.length ? options.packages : DEFAULT_PACKAGES.arch),
    ...(ignore.length === 0 ? [] : ["--ignore", ignore.join(",")]),
  ];
}

function debianPackages(options: BuildOptions): string {
  return [...new Set([...DEFAULT_PACKAGES.debian, ...(options.packages ?? [])])].join(",");
}

function mmdebstrapCommand(options: BuildOptions, tool: string, place: BuildPlace): string[] {
  const suite = options.suite ?? DEFAULT_SUITE;
  const mirror = options.mirror ?? DEFAULT_MIRROR.debian;
  const local = localMirrorPath(mirror);
  return [
    tool,
    "--variant=apt",
    `--include=${debianPackages(options)}`,
    ...(options.config === undefined ? [] : [`--aptopt=${options.config}`]),
    suite,
    place.tree,
    // apt reads a file: mirror from inside the tree, where it is not; copy: is read from outside.
    local === null ? mirror : `deb [trusted=yes] copy:${local} ${suite} main`,
  ];
}

function debootstrapCommand(options: BuildOptions, tool: string, place: BuildPlace): string[] {
  const mirror = options.mirror ?? DEFAULT_MIRROR.debian;
  const local = localMirrorPath(mirror);
  return [
    tool,
    "--variant=minbase",
    `--include=${debianPackages(options)}`,
    ...(local === null ? [] : ["--no-check-gpg"]),
    options.suite ?? DEFAULT_SUITE,
    place.tree,
    local === null ? mirror : `file://${local}`,
  ];
}

/** systemd-firstboot(1). --force because the packages brought a shadow file with them. */
function loginCommand(options: BuildOptions, host: BuildHost, tree: string): PlannedCommand {
  const argv = [host.firstboot ?? "/usr/bin/systemd-firstboot", "--force", `--root=${tree}`];
  switch (options.rootLogin.kind) {
    case "none":
      return { step: "login", argv: [...argv, "--root-password-hashed=!*"] };
    case "passwordless":
      return { step: "login", argv: [...argv, "--delete-root-password"] };
    case "password":
      return { step: "login", argv: [...argv, "--root-password-file=/dev/stdin"], readsPassword: true };
  }
}

/** What the wizard's last step shows. The id is not known yet. */
export function previewCommands(options: BuildOptions, host: BuildHost): string[] {
  return planCommands(options, host, buildPlace("ID", options.name)).map(({ argv }) => formatCommand(argv));
}

/** Tools a recipe lacks on this host; it can be run when there are none. */
export function missingTools(recipe: RecipeId, host: BuildHost): string[] {
  const missing: string[] = [];
  if (recipe === "arch" && host.pacstrap === null) missing.push("pacstrap");
  if (recipe === "debian" && host.mmdebstrap === null && host.debootstrap === null) missing.push("mmdebstrap");
  if (host.firstboot === null) missing.push("systemd-firstboot");
  return missing;
}

/** The command a recipe rests on. */
export function recipeTool(recipe: RecipeId, host: BuildHost): string {
  if (recipe === "arch") return "pacstrap";
  return host.mmdebstrap === null && host.debootstrap !== null ? "debootstrap" : "mmdebstrap";
}

/** An option the recipe cannot honour is refused, never dropped. Returns what is wrong, or null. */
export function unsupportedOption(options: BuildOptions, host: BuildHost): string | null {
  if (options.recipe === "arch" && options.suite !== undefined)
    return "The Arch recipe has no suites: Arch is one rolling release.";
  if (options.recipe === "debian" && options.ignore !== undefined && options.ignore.length > 0)
    return "The Debian recipe cannot ignore packages: that is an option of pacman.";
  if (options.config !== undefined && options.recipe === "debian" && host.mmdebstrap === null)
    return "debootstrap takes no configuration file; mmdebstrap, which does, is not installed.";
  if (options.config !== undefined && options.recipe === "arch" && options.mirror !== undefined)
    return "Give a mirror or a pacman.conf, not both: the file names its own mirrors.";
  return null;
}
