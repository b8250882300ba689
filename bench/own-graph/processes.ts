import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isOk } from '../../dev/src/processes/is-ok.ts'
import { findFreePorts } from '../../dev/src/stack/ports.ts'
import { root } from '../../dev/src/stack/repository.ts'
import { gateway, portVariable, subgraphs } from '../../dev/src/stack/services.ts'
import type { Stack } from '../../dev/src/stack/start-stack.ts'
import { type Measured, startMeasured } from '../measured-process.ts'

/** A set of processes that answer the same graph, on ports of their own. */
export interface Running {
  /** Where it takes operations. */
  port: number
  /** Where each of its services does. */
  ports: Readonly<Record<string, number>>
  processes: readonly Measured[]
}

/** What is different about a set: variables for all of its processes, and whose processor profile is written. */
export interface Special {
  env: Record<string, string>
  profiled?: readonly string[]
}

/** Starts the gateway and all services of the stack once more, as in production but for the limits on single callers. */
export async function startPlatform(stack: Stack, { env, profiled = [] }: Special): Promise<Running> {
  const services = [...subgraphs, gateway]
  const free = await findFreePorts(services.length)
  const ports = Object.fromEntries(services.map(({ name }, index) => [name, free[index] ?? 0]))
  const places = services.flatMap((service) => [
    [portVariable(service), String(ports[service.name])],
    [`${service.prefix}_SERVICE_URL`, `http://127.0.0.1:${ports[service.name]}`],
  ])
  const processes = services.map(({ name, folder }) =>
    startMeasured({
      name,
      script: join(root, folder, 'src', 'main.ts'),
      nodeArgs: profiled.includes(name) ? ['--cpu-prof'] : [],
      env: { ...stack.environment(name), ...inProduction, ...Object.fromEntries(places), ...env },
    }),
  )
  await Promise.all(processes.map((each) => waitUntilReady(each, ports[each.name] ?? 0)))
  return { port: ports['gateway'] ?? 0, ports, processes }
}

const inProduction = {
  NODE_ENV: 'production',
  LOG_LEVEL: 'error',
  PAYMENT_PROVIDER: 'sandbox',
  GATEWAY_RATE_LIMITS: 'off',
  GATEWAY_DEDUPLICATE_REQUESTS: 'off',
  GATEWAY_RESPONSE_CACHE_BYTES: '0',
  GATEWAY_COST_IN_ANSWERS: 'off',
}

/** Starts the floor: one program for everything. */
export async function startFloor(stack: Stack, env: Record<string, string>): Promise<Running> {
  const services = ['booking', 'partner', 'user', 'payment', 'notification']
  const urls = services.map((name) => {
    const variable = `${name.toUpperCase()}_DATABASE_URL`
    return [variable, stack.environment(name)[variable] ?? '']
  })
  const script = fileURLToPath(new URL('./floor/main.ts', import.meta.url))
  const [port = 0] = await findFreePorts(1)
  const given = { ...Object.fromEntries(urls), ...env, NODE_ENV: 'production', PORT: String(port) }
  const floor = startMeasured({ name: 'floor', script, env: given })
  await setTimeout(1_500)
  return { port, ports: {}, processes: [floor] }
}

/** Waits until a service answers that it is ready. @throws when it ends, or takes more than two minutes */
async function waitUntilReady({ name, child }: Measured, port: number): Promise<void> {
  for (let tries = 0; tries < 1_200; tries++) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`)
    if (await isOk(`http://127.0.0.1:${port}/health/ready`)) return
    await setTimeout(100)
  }
  throw new Error(`${name} is not ready after two minutes`)
}
