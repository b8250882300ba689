import { join } from 'node:path'
import { type DebugMode, debugModeIn, withoutDebugging } from './debugging.ts'
import { runningPid } from './run-record.ts'
import { gateway, type Ports, portVariable, type Service, subgraphs } from './services.ts'

/** The settings of a stack, decided before anything starts. */
export interface Settings {
  /** The root of the repository, and the working directory of services. */
  root: string
  /** The folder of everything that is kept between runs. */
  stateDir: string
  ports: Ports
  /** Which embedded services run; one is off when the variable of an external one is set. */
  embedded: { postgres: boolean; cognito: boolean; mailbox: boolean }
  services: readonly Service[]
  /** The services to start; the others may run elsewhere. */
  started: readonly Service[]
  /** Whether a running stack's embedded services are used. */
  isJoining: boolean
  /** The debugger mode of the services; null: no debugger. */
  debug: DebugMode | null
  /** The user's variables; they take precedence over our defaults. */
  userEnv: Readonly<Record<string, string>>
}

/** The options of a caller; everything but `root` has a default. */
export interface SettingsInput {
  root: string
  stateDir?: string
  ports?: Partial<Ports>
  services?: readonly Service[]
  /** Start these services only, by name. If a stack of this folder is running, its embedded services are used. */
  only?: readonly string[]
  /** Start every service but these, by name. */
  without?: readonly string[]
  /** Run these embedded services only, by name. */
  onlyEmbedded?: readonly string[]
  debug?: DebugMode | null
  env?: Readonly<Record<string, string | undefined>>
}

/**
 * The embedded services, their ports and the variables that configure them. Each port is the usual one plus 10000, so that they do
 * not collide with another Postgres, debugger (9229), mail catcher (1025) or proxy (1080).
 */
export const embeddedServices = [
  { name: 'postgres', port: 15432, variable: 'TIKITU_POSTGRES_PORT' },
  { name: 'cognito', port: 19229, variable: 'TIKITU_COGNITO_PORT' },
  { name: 'smtp', port: 11025, variable: 'TIKITU_SMTP_PORT' },
  { name: 'mailbox', port: 11080, variable: 'TIKITU_MAILBOX_PORT' },
] as const

/** Decides what runs where, from the environment and the caller's options. */
export function decideSettings(input: SettingsInput): Settings {
  const userEnv = Object.fromEntries(
    Object.entries(input.env ?? {}).filter((entry): entry is [string, string] => !!entry[1]),
  )
  const services = input.services ?? [...subgraphs, gateway]
  const withDatabase = services.filter(hasDatabase)
  const isWanted = (name: string) => input.onlyEmbedded?.includes(name) ?? true
  const stateDir = input.stateDir ?? join(input.root, '.tikitu')
  return {
    root: input.root,
    stateDir,
    ports: { ...portsFrom(userEnv, services), ...input.ports } as Ports,
    embedded: {
      postgres: isWanted('postgres') && withDatabase.some((service) => !userEnv[databaseVariable(service)]),
      cognito: isWanted('cognito') && !userEnv.AWS_COGNITO_USER_POOL_ID,
      mailbox: isWanted('mailbox') && !userEnv.SMTP_URL,
    },
    services,
    started: services.filter(({ name }) => (input.only?.includes(name) ?? true) && !input.without?.includes(name)),
    isJoining: !!input.only && runningPid(stateDir) !== null,
    debug: input.debug ?? debugModeIn(userEnv.NODE_OPTIONS ?? ''),
    userEnv: { ...userEnv, ...(userEnv.NODE_OPTIONS ? { NODE_OPTIONS: withoutDebugging(userEnv.NODE_OPTIONS) } : {}) },
  }
}

/** The ports that must be free before this stack can start, with the variable that configures each. */
export function neededPorts(settings: Settings): { name: string; port: number; variable: string }[] {
  const { postgres, cognito, mailbox } = settings.embedded
  const isOurs: Readonly<Record<string, boolean>> = { postgres, cognito, smtp: mailbox, mailbox }
  const ofEmbedded = embeddedServices
    .filter(({ name }) => isOurs[name] && !settings.isJoining)
    .map(({ name, variable }) => ({ name, variable }))
  const ofServices = settings.started.map((service) => ({ name: service.name, variable: portVariable(service) }))
  return [...ofEmbedded, ...ofServices].map((need) => ({ ...need, port: portOf(settings, need.name) }))
}

/** The port of an embedded service or a service. */
export function portOf(settings: Settings, name: string): number {
  const port = settings.ports[name]
  if (!port) throw new Error(`Unknown port: ${name}`)
  return port
}

/** Whether a service has a database: all but the gateway do. */
export function hasDatabase(service: Service): boolean {
  return service.name !== gateway.name
}

/** The variable with the URL of a service's database. */
export function databaseVariable(service: Service): string {
  return `${service.prefix}_DATABASE_URL`
}

function portsFrom(userEnv: Readonly<Record<string, string>>, services: readonly Service[]): Ports {
  const wanted = [...embeddedServices, ...services.map((service) => ({ ...service, variable: portVariable(service) }))]
  return Object.fromEntries(wanted.map(({ name, port, variable }) => [name, Number(userEnv[variable] ?? port)]))
}
