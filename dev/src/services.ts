import { servicePorts } from '@tikitu/schema/services'

/** One of our own processes. `folder` is where its `src/main.ts` lives, seen from the root of the repository. */
export interface Service {
  name: string
  folder: string
  /** The beginning of its variables' names: `BOOKING` of `BOOKING_SERVICE_PORT`. */
  prefix: string
  port: number
}

/** The front door. It has no database, and it holds every subgraph's request keys. */
export const gateway: Service = { name: 'gateway', folder: 'gateway', prefix: 'AUTH_ROUTE', port: 3000 }

/** The subgraphs, by port. */
export const subgraphs: readonly Service[] = Object.entries(servicePorts).map(([name, port]) => ({
  name,
  folder: `subgraphs/${name}`,
  prefix: name.toUpperCase(),
  port,
}))

/** The variable that says on which port a service listens. */
export function portVariable(service: Service): string {
  return `${service.prefix}_SERVICE_PORT`
}

/** Which ports the stack listens on, by part or service. */
export type Ports = Readonly<Record<string, number>>
