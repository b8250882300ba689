import { join } from 'node:path'
import { type DebugMode, debugModeIn, withoutDebugging } from './debugging.ts'
import { runningPid } from './run-record.ts'
import { gateway, type Ports, portVariable, type Service, subgraphs } from './services.ts'

/** What is decided about a stack before anything of it runs. */
export interface Settings {
  /** The root of the repository: services are run from here. */
  root: string
  /** Where everything lives that must outlast a run. */
  stateDir: string
  ports: Ports
  /** The parts we bring ourselves; one whose variable is set steps aside. */
  embedded: { postgres: boolean; cognito: boolean; mailbox: boolean }
  services: readonly Service[]
  /** Those of them that are started; the others may run elsewhere. */
  started: readonly Service[]
  /** Whether the embedded parts belong to a stack that runs already. */
  isJoining: boolean
  /** How the started services wait for a debugger; null: not at all. */
  debug: DebugMode | null
  /** What the person set: it always wins over what we would choose. */
  given: Readonly<Record<string, string>>
}

/** What a caller may decide; everything has a default. */
export interface SettingsInput {
  root: string
  stateDir?: string
  ports?: Partial<Ports>
  services?: readonly Service[]
  /** Start these services only, by name. When a stack of this folder runs already, its embedded parts are used. */
  only?: readonly string[]
  /** Start every service but these, by name. */
  without?: readonly string[]
  /** Bring these embedded parts only, by name. */
  parts?: readonly string[]
  debug?: DebugMode | null
  env?: Readonly<Record<string, string | undefined>>
}

/**
 * The parts we embed, their ports and the variables that move them. Each port is the usual one plus 10000, so that ours run beside
 * a Postgres, a debugger (9229), a mail catcher (1025) and a proxy (1080) of somebody else.
 */
export const parts = [
  { name: 'postgres', port: 15432, variable: 'TIKITU_POSTGRES_PORT' },
  { name: 'cognito', port: 19229, variable: 'TIKITU_COGNITO_PORT' },
  { name: 'smtp', port: 11025, variable: 'TIKITU_SMTP_PORT' },
  { name: 'mailbox', port: 11080, variable: 'TIKITU_MAILBOX_PORT' },
] as const

/** Decides what will run where, from the environment and the caller's wishes. */
export function decideSettings(input: SettingsInput): Settings {
  const given = Object.fromEntries(
    Object.entries(input.env ?? {}).filter((entry): entry is [string, string] => !!entry[1]),
  )
  const services = input.services ?? [...subgraphs, gateway]
  const withDatabase = services.filter(hasDatabase)
  const isWanted = (part: string) => input.parts?.includes(part) ?? true
  const stateDir = input.stateDir ?? join(input.root, '.tikitu')
  return {
    root: input.root,
    stateDir,
    ports: { ...portsFrom(given, services), ...input.ports } as Ports,
    embedded: {
      postgres: isWanted('postgres') && withDatabase.some((service) => !given[databaseVariable(service)]),
      cognito: isWanted('cognito') && !given.AWS_COGNITO_USER_POOL_ID,
      mailbox: isWanted('mailbox') && !given.SMTP_URL,
    },
    services,
    started: services.filter(({ name }) => (input.only?.includes(name) ?? true) && !input.without?.includes(name)),
    isJoining: !!input.only && runningPid(stateDir) !== null,
    debug: input.debug ?? debugModeIn(given.NODE_OPTIONS ?? ''),
    given: { ...given, ...(given.NODE_OPTIONS ? { NODE_OPTIONS: withoutDebugging(given.NODE_OPTIONS) } : {}) },
  }
}

/** The ports that must be free before this stack can start, with the variable that moves each. */
export function neededPorts(settings: Settings): { name: string; port: number; variable: string }[] {
  const { postgres, cognito, mailbox } = settings.embedded
  const isOurs: Readonly<Record<string, boolean>> = { postgres, cognito, smtp: mailbox, mailbox }
  const ofParts = parts
    .filter(({ name }) => isOurs[name] && !settings.isJoining)
    .map(({ name, variable }) => ({ name, variable }))
  const ofServices = settings.started.map((service) => ({ name: service.name, variable: portVariable(service) }))
  return [...ofParts, ...ofServices].map((need) => ({ ...need, port: portOf(settings, need.name) }))
}

/** The port of a part or a service. */
export function portOf(settings: Settings, name: string): number {
  const port = settings.ports[name]
  if (!port) throw new Error(`no port is known for ${name}`)
  return port
}

/** Whether a service keeps data: all but the gateway do. */
export function hasDatabase(service: Service): boolean {
  return service.name !== gateway.name
}

/** The variable that names a service's database. */
export function databaseVariable(service: Service): string {
  return `${service.prefix}_DATABASE_URL`
}

function portsFrom(given: Readonly<Record<string, string>>, services: readonly Service[]): Ports {
  const wanted = [...parts, ...services.map((service) => ({ ...service, variable: portVariable(service) }))]
  return Object.fromEntries(wanted.map(({ name, port, variable }) => [name, Number(given[variable] ?? port)]))
}
