import {
  AdminAddUserToGroupCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { ConfirmationCodeRefused, SignInRefused } from '../errors.ts'
import { asking, type CognitoOptions, openPool, type Pool, quietly, unlessUnknown } from './cognito-pool.ts'
import { refreshTokens, signInWithPassword } from './cognito-sessions.ts'
import type { Account, Identity, NewAccount } from './identity.ts'

/** The identity that a Cognito user pool keeps. */
export function cognitoIdentity(options: CognitoOptions): Identity {
  const pool = openPool(options)
  return { ...registration(pool), ...sessions(pool), ...passwords(pool), ...administration(pool) }
}

type Part<K extends keyof Identity> = Pick<Identity, K>

function registration({ client, ClientId }: Pool): Part<'signUp' | 'confirmSignUp' | 'sendConfirmationCode'> {
  const codeRefused = () => new ConfirmationCodeRefused()
  return {
    async signUp(account) {
      const command = new SignUpCommand({
        ClientId,
        Username: account.email,
        Password: account.password,
        UserAttributes: attributesOf(account),
      })
      const { UserSub = '', UserConfirmed = false } = await asking(client.send(command))
      return { sub: UserSub, isConfirmed: UserConfirmed }
    },
    async confirmSignUp(email, code) {
      const command = new ConfirmSignUpCommand({ ClientId, Username: email, ConfirmationCode: code })
      await asking(client.send(command), {
        NotAuthorizedException: codeRefused,
        UserNotFoundException: codeRefused,
        InvalidParameterException: codeRefused,
      })
    },
    async sendConfirmationCode(email) {
      const command = new ResendConfirmationCodeCommand({ ClientId, Username: email })
      await quietly(client.send(command))
    },
  }
}

function sessions(pool: Pool): Part<'signIn' | 'refresh' | 'signOut' | 'signOutEverywhere'> {
  const { client, ClientId, UserPoolId } = pool
  return {
    signIn: (credentials) => signInWithPassword(pool, credentials),
    refresh: (refreshToken) => refreshTokens(pool, refreshToken),
    async signOut(refreshToken) {
      await quietly(client.send(new RevokeTokenCommand({ ClientId, Token: refreshToken })))
    },
    async signOutEverywhere(username) {
      await unlessUnknown(client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: username })))
    },
  }
}

function passwords({ client, ClientId }: Pool): Part<'sendResetCode' | 'resetPassword' | 'changePassword'> {
  const codeRefused = () => new ConfirmationCodeRefused()
  return {
    async sendResetCode(email) {
      await quietly(client.send(new ForgotPasswordCommand({ ClientId, Username: email })))
    },
    async resetPassword({ email, code, password }) {
      const command = new ConfirmForgotPasswordCommand({
        ClientId,
        Username: email,
        ConfirmationCode: code,
        Password: password,
      })
      await asking(client.send(command), {
        NotAuthorizedException: codeRefused,
        UserNotFoundException: codeRefused,
        UserNotConfirmedException: codeRefused,
      })
    },
    async changePassword({ accessToken, from, to }) {
      const command = new ChangePasswordCommand({
        AccessToken: accessToken,
        PreviousPassword: from,
        ProposedPassword: to,
      })
      await asking(client.send(command), { NotAuthorizedException: () => new SignInRefused('The password is wrong.') })
    },
  }
}

function administration({ client, UserPoolId }: Pool): Part<'findAccount' | 'setEnabled' | 'setMembership'> {
  return {
    async findAccount(username) {
      const answer = await unlessUnknown(client.send(new AdminGetUserCommand({ UserPoolId, Username: username })))
      return answer ? accountOf(answer.UserAttributes ?? []) : null
    },
    async setEnabled(username, isEnabled) {
      const user = { UserPoolId, Username: username }
      const answer = isEnabled
        ? client.send(new AdminEnableUserCommand(user))
        : client.send(new AdminDisableUserCommand(user))
      return (await unlessUnknown(answer)) !== null
    },
    async setMembership(username, group, isMember) {
      const membership = { UserPoolId, Username: username, GroupName: group }
      const answer = isMember
        ? client.send(new AdminAddUserToGroupCommand(membership))
        : client.send(new AdminRemoveUserFromGroupCommand(membership))
      return (await unlessUnknown(answer)) !== null
    },
  }
}

function attributesOf({ email, name, locale, timeZone }: NewAccount): AttributeType[] {
  const values = { email, name, locale, zoneinfo: timeZone }
  return Object.entries(values).flatMap(([Name, Value]) => (Value ? [{ Name, Value }] : []))
}

function accountOf(attributes: readonly AttributeType[]): Account {
  const attribute = (name: string) => attributes.find(({ Name }) => Name === name)?.Value ?? null
  return {
    sub: attribute('sub') ?? '',
    email: attribute('email'),
    name: attribute('name'),
    locale: attribute('locale'),
    timeZone: attribute('zoneinfo'),
  }
}
