import { mkdtemp, rmdir } from 'node:fs/promises'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { preparePool } from '@tikitu/dev/cognito-pool'
import { completeRouter } from '@tikitu/dev/cognito-targets'
import { Router } from 'cognito-local/lib/server/Router.js'
import { createServer } from 'cognito-local/lib/server/server.js'
import { DateClock } from 'cognito-local/lib/services/clock.js'
import { CognitoServiceFactoryImpl } from 'cognito-local/lib/services/cognitoService.js'
import type { DataStore } from 'cognito-local/lib/services/dataStore/dataStore.js'
import type { Services } from 'cognito-local/lib/services/index.js'
import { otp } from 'cognito-local/lib/services/otp.js'
import { JwtTokenGenerator } from 'cognito-local/lib/services/tokenGenerator.js'
import type { Triggers } from 'cognito-local/lib/services/triggers/index.js'
import { attributeValue, UserPoolServiceFactoryImpl } from 'cognito-local/lib/services/userPoolService.js'
import { afterAll, beforeAll } from 'vitest'
import { cognitoIdentity } from '../src/identity/cognito.ts'
import type { CognitoOptions } from '../src/identity/cognito-pool.ts'
import type { Identity } from '../src/identity/identity.ts'

/** A Cognito of one test file alone: the real interface over HTTP, with nothing kept. */
export interface TestCognito {
  identity: Identity
  options: CognitoOptions
  endpoint: string
  /** The code that was last sent to an address. */
  codeFor: (email: string) => string
  /** How many codes were sent to an address. */
  codesSentTo: (email: string) => number
  /** Does what an administrator does in AWS's console, by the name of the call. */
  administer: (target: string, request: Record<string, unknown>) => Promise<Record<string, unknown>>
}

const pool = { poolId: 'eu-west-1_Test', clientId: 'test0client' }
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const { pino } = createRequire(createRequire(import.meta.url).resolve('cognito-local'))('pino')
const logger = pino({ level: 'silent' })

/** Starts a Cognito on a free port for the calling test file. Usable inside tests. */
export function useCognito(): TestCognito {
  const cognito = {} as TestCognito
  let server: Server
  beforeAll(async () => {
    const sent = new Map<string, string[]>()
    const services = await openServices(sent)
    const router = completeRouter(Router(services), services)
    await preparePool({ ctx: { logger }, router, cognito: services.cognito, ...pool })
    server = await createServer(router, logger, services.config.ServerConfig, services).start()
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { poolId: userPoolId, clientId } = pool
    cognito.endpoint = endpoint
    cognito.options = { region: 'eu-west-1', userPoolId, clientId, endpoint, credentials }
    cognito.identity = cognitoIdentity(cognito.options)
    cognito.codeFor = (email) => sent.get(email)?.at(-1) ?? 'no code was sent'
    cognito.codesSentTo = (email) => sent.get(email)?.length ?? 0
    cognito.administer = (target, request) => router(target)({ logger }, { UserPoolId: userPoolId, ...request })
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })
  return cognito
}

async function openServices(sent: Map<string, string[]>): Promise<Services> {
  // It looks here for pools of an earlier run; ours live in memory.
  const directory = await mkdtemp(join(tmpdir(), 'tikitu-cognito-'))
  const clock = new DateClock()
  const stores = { create: async (_ctx: unknown, _id: string, defaults: object) => memoryStore({ ...defaults }) }
  const config: Services['config'] = {
    LambdaClient: {},
    TriggerFunctions: {},
    UserPoolDefaults: { UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] },
    TokenConfig: { IssuerDomain: 'http://cognito.test' },
    ServerConfig: { port: 0, hostname: '127.0.0.1', https: false },
  }
  const triggers = { enabled: () => false } as unknown as Triggers
  const pools = new UserPoolServiceFactoryImpl(clock, stores)
  const factory = new CognitoServiceFactoryImpl(directory, stores, pools)
  const cognito = await factory.create({ logger }, config.UserPoolDefaults)
  await rmdir(directory)
  return {
    clock,
    cognito,
    config,
    messages: {
      deliver: async (...[, , , , user, code]) => {
        const email = attributeValue('email', user.Attributes) ?? ''
        sent.set(email, [...(sent.get(email) ?? []), code])
      },
    },
    otp,
    tokenGenerator: new JwtTokenGenerator(clock, triggers, config.TokenConfig),
    triggers,
  }
}

type Tree = Record<string, unknown>

function memoryStore(root: Tree): DataStore {
  const slotOf = (path: string | string[]) => {
    const keys = [path].flat()
    const parent = keys.slice(0, -1).reduce<Tree>((at, key) => {
      at[key] ??= {}
      return at[key] as Tree
    }, root)
    return { parent, key: keys.at(-1) ?? '' }
  }
  return {
    getRoot: async <T>() => root as T,
    async get<T>(_ctx: unknown, path: string | string[], otherwise?: T) {
      const { parent, key } = slotOf(path)
      return (parent[key] ?? otherwise ?? null) as T
    },
    async set(_ctx, path, value) {
      const { parent, key } = slotOf(path)
      parent[key] = value
    },
    async delete(_ctx, path) {
      const { parent, key } = slotOf(path)
      delete parent[key]
    },
  }
}
