import { Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { ApiError, api } from './api.ts';
import { useWords } from './words.tsx';

/** The sign-in page. */
export function SignIn({ onSignedIn }: { onSignedIn(): void }) {
  const { t } = useWords();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { failed, busy, run } = useAttempt();
  return (
    <Page title={t('ui:signIn.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => {
            await api('POST', '/sign-in', { email, password });
            onSignedIn();
          });
        }}
      >
        <Stack>
          <TextInput
            label={t('ui:signIn.email')}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            data-testid="email"
          />
          <PasswordInput
            label={t('ui:signIn.password')}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            data-testid="password"
          />
          {failed && (
            <Problem
              text={t(
                failed === 'unauthenticated'
                  ? 'ui:signIn.wrong'
                  : failed === 'too_many'
                    ? 'ui:error.too_many'
                    : 'ui:error.internal',
              )}
            />
          )}
          <Button type="submit" loading={busy} data-testid="sign-in">
            {t('ui:signIn.button')}
          </Button>
        </Stack>
      </form>
    </Page>
  );
}

/** The page of a one-time link: name and password are set here. */
export function UseLink({ onSignedIn }: { onSignedIn(): void }) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const { failed, busy, run } = useAttempt();
  return (
    <Page title={t('ui:link.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => {
            await api('POST', '/link', { token: location.hash.slice(1), password, ...(name ? { name } : {}) });
            history.replaceState(null, '', '/staff');
            onSignedIn();
          });
        }}
      >
        <Stack>
          <Text>{t('ui:link.intro')}</Text>
          <TextInput
            label={t('ui:people.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('ui:link.password')}
            description={t('ui:link.rule')}
            autoComplete="new-password"
            minLength={10}
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            data-testid="new-password"
          />
          {failed && <Problem text={t(failed === 'gone' ? 'ui:error.gone' : 'ui:error.internal')} />}
          <Button type="submit" loading={busy} data-testid="set-password">
            {t('ui:link.button')}
          </Button>
        </Stack>
      </form>
    </Page>
  );
}

/** The first sign-in: the one-time password is replaced before anything else. */
export function ReplacePassword({ onDone }: { onDone(): void }) {
  const { t } = useWords();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const { failed, busy, run } = useAttempt();
  return (
    <Page title={t('ui:replace.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => {
            await api('PATCH', '/me', { password: { old, new: fresh } });
            onDone();
          });
        }}
      >
        <Stack>
          <Text>{t('ui:replace.intro')}</Text>
          <PasswordInput
            label={t('ui:replace.old')}
            autoComplete="current-password"
            required
            value={old}
            onChange={(event) => setOld(event.currentTarget.value)}
            data-testid="old-password"
          />
          <PasswordInput
            label={t('ui:link.password')}
            description={t('ui:link.rule')}
            autoComplete="new-password"
            minLength={10}
            required
            value={fresh}
            onChange={(event) => setFresh(event.currentTarget.value)}
            data-testid="new-password"
          />
          {failed && <Problem text={t(failed === 'invalid' ? 'ui:replace.wrong' : 'ui:error.internal')} />}
          <Button type="submit" loading={busy} data-testid="set-password">
            {t('ui:link.button')}
          </Button>
        </Stack>
      </form>
    </Page>
  );
}

function Page({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={400}>
        <Title order={1} size="h3" mb="md">
          {title}
        </Title>
        {children}
      </Paper>
    </Center>
  );
}

function Problem({ text }: { text: string }) {
  return (
    <Text c="red" role="alert" size="sm">
      {text}
    </Text>
  );
}

function useAttempt() {
  const [failed, setFailed] = useState<string>();
  const [busy, setBusy] = useState(false);
  return {
    failed,
    busy,
    async run(act: () => Promise<void>) {
      setBusy(true);
      setFailed(undefined);
      try {
        await act();
      } catch (error) {
        setFailed(error instanceof ApiError ? error.code : 'internal');
      } finally {
        setBusy(false);
      }
    },
  };
}
