import type { Unit, UnitListInput } from "@/lib/units";
import { compareUnits, unitType } from "@/lib/units";
import type { MachineManager, UnitRow } from "@/server/systemd/machine-manager";
import { type LinkDeps, withManager } from "../inside/machine-link";

function toUnit({ unit, description, load, active, sub, job }: UnitRow): Unit {
  return { unit, description, load, active, sub, job };
}

export async function readUnits(manager: MachineManager): Promise<Unit[]> {
  return (await manager.listAllUnits()).map(toUnit).sort(compareUnits);
}

/** Every loaded unit, as `systemctl -M NAME list-units --all`; `states` are of load, active or sub, as with `--state`. */
export async function listUnits(deps: LinkDeps, { name, types, states }: UnitListInput): Promise<Unit[]> {
  const units = await withManager(deps, name, readUnits);
  return units.filter(
    (unit) =>
      (types === undefined || types.some((type) => type === unitType(unit.unit))) &&
      (states === undefined || [unit.load, unit.active, unit.sub].some((state) => states.includes(state))),
  );
}
