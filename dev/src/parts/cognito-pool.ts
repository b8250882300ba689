import type { Router } from 'cognito-local/lib/server/Router.js'
import type { CognitoService } from 'cognito-local/lib/services/cognitoService.js'
import type { Context } from 'cognito-local/lib/services/context.js'
import { type Account, demoAccounts, demoPassword, groups } from '../accounts.ts'

/** The names by which everybody knows the pool and the application that signs in to it. */
export interface PoolNames {
  poolId: string
  clientId: string
}

/** Makes the pool, its client, its groups and the demo accounts, as far as they are missing. */
export async function preparePool(
  ctx: Context,
  router: Router,
  cognito: CognitoService,
  names: PoolNames,
): Promise<void> {
  const pools = await cognito.listUserPools(ctx)
  if (!pools.some(({ Id }) => Id === names.poolId))
    await cognito.createUserPool(ctx, { Id: names.poolId, Name: 'tikitu' })
  if (!(await cognito.getAppClient(ctx, names.clientId))) await addClient(ctx, cognito, names)
  const pool = await cognito.getUserPool(ctx, names.poolId)
  for (const group of groups) {
    if (await pool.getGroupByGroupName(ctx, group)) continue
    await router('CreateGroup')(ctx, { UserPoolId: names.poolId, GroupName: group })
  }
  for (const account of demoAccounts) {
    const user = await pool.getUserByUsername(ctx, account.email)
    if (user?.UserStatus === 'CONFIRMED') continue
    if (!user) await createUser(ctx, router, names.poolId, account)
    await completeUser(ctx, router, names.poolId, account)
  }
}

/** Its id is fixed and lies in the environment of the services, which is why CreateUserPoolClient will not do. */
async function addClient(ctx: Context, cognito: CognitoService, names: PoolNames): Promise<void> {
  const pool = await cognito.getUserPool(ctx, names.poolId)
  const now = new Date()
  await pool.saveAppClient(ctx, {
    ClientId: names.clientId,
    ClientName: 'tikitu',
    UserPoolId: names.poolId,
    CreationDate: now,
    LastModifiedDate: now,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    AccessTokenValidity: 1,
    IdTokenValidity: 1,
    RefreshTokenValidity: 30,
    TokenValidityUnits: { AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' },
  })
}

async function createUser(ctx: Context, router: Router, poolId: string, account: Account): Promise<void> {
  await router('AdminCreateUser')(ctx, {
    UserPoolId: poolId,
    Username: account.email,
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: account.email },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'name', Value: account.name },
    ],
  })
}

/** The password comes last: it confirms the account, so one that is confirmed is whole. */
async function completeUser(ctx: Context, router: Router, poolId: string, account: Account): Promise<void> {
  const user = { UserPoolId: poolId, Username: account.email }
  for (const group of account.groups) await router('AdminAddUserToGroup')(ctx, { ...user, GroupName: group })
  await router('AdminSetUserPassword')(ctx, { ...user, Password: demoPassword, Permanent: true })
}
