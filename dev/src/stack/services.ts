import { servicePorts } from '@tikitu/schema/services'

/** The gateway or a subgraph. `folder` is its workspace, relative to the root of the repository. */
export interface Service {
  name: string
  folder: string
  /** The prefix of its variables: `BOOKING` in `BOOKING_SERVICE_PORT`. */
  prefix: string
  port: number
}

/** The public entry point: no database, but the request keys of every subgraph. */
export const gateway: Service = { name: 'gateway', folder: 'gateway', prefix: 'AUTH_ROUTE', port: 3000 }

/** The subgraphs, by port. */
export const subgraphs: readonly Service[] = Object.entries(servicePorts).map(([name, port]) => ({
  name,
  folder: `subgraphs/${name}`,
  prefix: name.toUpperCase(),
  port,
}))

/** The variable that sets the port of a service. */
export function portVariable(service: Service): string {
  return `${service.prefix}_SERVICE_PORT`
}

/** The ports of the stack, by embedded service or service. */
export type Ports = Readonly<Record<string, number>>
