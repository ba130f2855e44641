import '@mantine/core/styles.css';
import './core/ui/staff.css';
import { Center, DirectionProvider, Loader, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, Route, RouterProvider, Routes, useLocation } from 'react-router';
import type { Member } from './core/staff/staff.ts';
import { ApiError, api } from './core/ui/api.ts';
import { Failure } from './core/ui/Failure.tsx';
import { People } from './core/ui/People.tsx';
import { Shell } from './core/ui/Shell.tsx';
import { ReplacePassword, SignIn, UseLink } from './core/ui/SignIn.tsx';
import { theme } from './core/ui/theme.ts';
import { staffLanguages, WordsProvider } from './core/ui/words.tsx';
import { Desk } from './handoff/web/Desk.tsx';
import { Articles } from './knowledge/web/Articles.tsx';
import { Editor } from './knowledge/web/Editor.tsx';
import { Facts } from './knowledge/web/Facts.tsx';
import { Gap } from './knowledge/web/gaps/Gap.tsx';
import { Gaps } from './knowledge/web/gaps/Gaps.tsx';
import { Transfer } from './knowledge/web/Transfer.tsx';

const namespaces = {
  ui: import.meta.glob('./core/ui/locales/*.json', { import: 'default' }),
  desk: import.meta.glob('./handoff/web/locales/*.json', { import: 'default' }),
  knowledge: import.meta.glob('./knowledge/web/locales/*.json', { import: 'default' }),
  gaps: import.meta.glob('./knowledge/web/gaps/locales/*.json', { import: 'default' }),
};

function App() {
  const client = useQueryClient();
  const { pathname } = useLocation();
  const [chosen, setChosen] = useState<string>();
  const me = useQuery({
    queryKey: ['me'],
    queryFn: () =>
      api<Omit<Member, 'sessionId'>>('GET', '/me').catch((error) =>
        error instanceof ApiError && error.status === 401 ? null : Promise.reject(error),
      ),
    retry: 2,
  });
  const browser = navigator.language.slice(0, 2);
  const language = chosen ?? me.data?.language ?? (staffLanguages.includes(browser) ? browser : 'en');
  const reload = () => client.invalidateQueries();
  const content = () => {
    if (me.isError) return <Failure error={me.error} onRetry={() => void me.refetch()} />;
    if (me.isPending) {
      return (
        <Center mih="100dvh">
          <Loader />
        </Center>
      );
    }
    if (pathname === '/link')
      return <UseLink onSignedIn={() => void reload().then(() => location.replace('/staff'))} />;
    if (!me.data) return <SignIn onSignedIn={() => void reload()} />;
    if (me.data.mustChange) return <ReplacePassword onDone={() => void reload()} />;
    const member = me.data;
    return (
      <Shell
        name={member.name}
        roles={member.roles}
        onLanguage={(tag) => {
          setChosen(tag);
          void api('PATCH', '/me', { language: tag });
        }}
        onSignOut={() => void api('POST', '/sign-out', {}).then(() => location.replace('/staff'))}
      >
        <Routes>
          <Route path="/" element={<Desk me={member} />} />
          <Route path="/c/:id" element={<Desk me={member} />} />
          <Route path="/knowledge" element={<Articles me={member} />} />
          <Route path="/knowledge/-/gaps" element={<Gaps />} />
          <Route path="/knowledge/-/gaps/:id" element={<Gap me={member} />} />
          <Route path="/knowledge/-/facts" element={<Facts />} />
          <Route path="/knowledge/-/transfer" element={<Transfer />} />
          <Route path="/knowledge/:slug/:language" element={<Editor me={member} />} />
          <Route path="/people" element={<People />} />
        </Routes>
      </Shell>
    );
  };
  return (
    <DirectionProvider key={language} initialDirection={language === 'ar' ? 'rtl' : 'ltr'} detectDirection={false}>
      <WordsProvider language={language} namespaces={namespaces}>
        {content()}
      </WordsProvider>
    </DirectionProvider>
  );
}

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// Dialogs lock the page's scrolling by a style of their own, which takes its nonce from here.
Object.assign(globalThis, { __webpack_nonce__: nonce });
const root = document.getElementById('root');
// A data router: only there can a screen with unsaved work ask before it is left.
const router = createBrowserRouter([{ path: '*', element: <App /> }], { basename: '/staff' });
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <QueryClientProvider
          client={new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false, retry: false } } })}
        >
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
