// Every dewar with its positions, as the service tells them.
import { call } from "../device/service.ts";

export interface Dewar {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly limit_c: number;
  readonly status: string;
}

export interface Place {
  readonly id: string;
  readonly code: string;
  readonly bag: string | null;
}

export interface DewarMap {
  readonly dewar: Dewar;
  readonly positions: readonly Place[];
  readonly occupied: number;
  readonly free: number;
}

export async function allMaps(): Promise<readonly DewarMap[]> {
  const { items } = await call<{ readonly items: readonly Dewar[] }>("/api/v1/dewars?limit=200");
  return Promise.all(items.map(({ id }) => call<DewarMap>(`/api/v1/dewars/${id}/map`)));
}
