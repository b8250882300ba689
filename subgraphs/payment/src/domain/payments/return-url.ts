import { InvalidInput } from '@tikitu/kit/base/errors'
import { readConfig } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import type { Ctx } from '../../context.ts'

const localHosts = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The return URL, if the platform or the partner has allowed its origin: otherwise our payment page could redirect
 * anywhere. Null when none is given. @throws {InvalidInput}
 */
export async function allowedReturnUrl(
  ctx: Ctx,
  partnerId: string,
  wanted: URL | null | undefined,
): Promise<string | null> {
  if (!wanted) return null
  const key = 'payment.returnUrls'
  const { type, fallback } = configKeys[key]
  const allowed = await readConfig(ctx, { key, scopes: [partnerId], type, fallback })
  if (wanted.username || wanted.password || !isAllowed(ctx, wanted, allowed))
    throw new InvalidInput([{ field: 'returnUrl', message: `must start with one of: ${allowedStarts(ctx, allowed)}` }])
  return wanted.href
}

function isAllowed({ allowsLocalReturns }: Ctx, url: URL, allowed: readonly string[]): boolean {
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:'
  if (!isWeb) return allowed.includes(url.protocol)
  if (allowsLocalReturns && localHosts.has(url.hostname)) return true
  return url.protocol === 'https:' && allowed.includes(url.origin)
}

function allowedStarts({ allowsLocalReturns }: Ctx, allowed: readonly string[]): string {
  const starts = [...allowed, ...(allowsLocalReturns ? ['http://localhost'] : [])]
  return starts.length > 0 ? starts.join(', ') : 'none yet, because the setting payment.returnUrls is empty'
}
