import { RECIPE_IDS, type RecipeId } from "@/lib/build";
import { type BuildHost, DEFAULT_MIRROR, DEFAULT_SUITE, missingTools, recipeTool } from "@/lib/build-commands";
import { readBuildHost } from "@/server/systemd/build-host";

export interface Recipe {
  id: RecipeId;
  /** The command it rests on. */
  tool: string;
  available: boolean;
  missing: string[];
  /** Which of `builds.create`'s options it honours. */
  options: string[];
  defaults: { mirror: string | null; suite: string | null };
  /** What of the host decides its commands: the page makes its preview from it. */
  host: BuildHost;
}

const OPTIONS: Record<RecipeId, string[]> = {
  arch: ["packages", "ignore", "mirror", "config"],
  debian: ["packages", "mirror", "suite", "config"],
};

export async function listRecipes(signal?: AbortSignal): Promise<Recipe[]> {
  const host = await readBuildHost(signal);
  return RECIPE_IDS.map((id) => {
    const missing = missingTools(id, host);
    return {
      id,
      tool: recipeTool(id, host),
      available: missing.length === 0,
      missing,
      options: OPTIONS[id],
      defaults: {
        mirror: id === "arch" && host.pacmanRepositories ? null : DEFAULT_MIRROR[id],
        suite: id === "debian" ? DEFAULT_SUITE : null,
      },
      host,
    };
  });
}
