import { sendJson } from '@tikitu/kit/base/http'
import type { CheckHealth, ServiceAddress } from './check-health.ts'
import { sendErrors } from './error-response.ts'
import { type GatewayRoute, getRoute } from './router.ts'

/** The public status of a service. */
interface ServiceHealth {
  service: string
  status: 'ok' | 'unavailable'
}

export interface HealthOptions {
  locations: () => readonly Location[]
  /** Whether a service is healthy. @throws when it does not answer */
  ask: CheckHealth
  /** Whether the gateway is ready for requests. */
  isReady: () => boolean
  now: () => number
}

type Location = ServiceAddress & { name: string }

const rememberedMs = 1_000

/**
 * Health routes: `/health/live` and `/health/ready` of this process, `/api/health` of the platform, `/api/v1/<service>/health` of one
 * service. Each service is checked at most once a second.
 */
export function healthRoutes({ locations, ask, isReady, now }: HealthOptions): GatewayRoute[] {
  const checks = new Map<string, { until: number; health: Promise<ServiceHealth> }>()
  const check = (location: Location): Promise<ServiceHealth> => {
    const { name } = location
    const known = checks.get(name)
    if (known && known.until > now()) return known.health
    const health = healthOf(location, ask)
    checks.set(name, { until: now() + rememberedMs, health })
    return health
  }
  return [
    getRoute('/health/live', async (_request, response) =>
      sendJson(response, 200, { service: 'gateway', status: 'ok' }),
    ),
    getRoute('/health/ready', async (_request, response) => {
      sendJson(response, isReady() ? 200 : 503, { service: 'gateway', status: isReady() ? 'ok' : 'unavailable' })
    }),
    getRoute('/api/health', async (_request, response) => {
      const services = await Promise.all(locations().map(check))
      const isWhole = isReady() && services.every(({ status }) => status === 'ok')
      sendJson(response, isReady() ? 200 : 503, { service: 'gateway', status: isWhole ? 'ok' : 'degraded', services })
    }),
    serviceRoute(locations, check),
  ]
}

/** The path of a service's health. */
const healthPath = /^\/api\/v1\/([\w-]+)\/health$/

function serviceRoute(
  locations: HealthOptions['locations'],
  check: (location: Location) => Promise<ServiceHealth>,
): GatewayRoute {
  return {
    path: '/api/v1',
    pattern: healthPath,
    methods: ['GET', 'HEAD'],
    answer: async ({ path, response }) => {
      const name = healthPath.exec(path)?.[1]
      const location = locations().find((candidate) => candidate.name === name)
      if (!location) return sendErrors(response, 404, { code: 'NOT_FOUND', message: 'There is no such service.' })
      const health = await check(location)
      sendJson(response, health.status === 'ok' ? 200 : 503, health)
    },
  }
}

/** Responds with the status of the service and nothing else. */
async function healthOf(location: Location, ask: CheckHealth): Promise<ServiceHealth> {
  const isWell = await ask(location).catch(() => false)
  return { service: location.name, status: isWell ? 'ok' : 'unavailable' }
}
