import { ActionIcon, AppShell, Box, Burger, Button, Group, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBook, IconHeadset, IconHelpOff, IconMoon, IconSun, IconUserCircle, IconUsers } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import type { Role } from '../staff/staff.ts';
import { staffLanguages, useWords } from './words.tsx';

/** The frame of the staff app: what this member may open, language, light or dark, sign out. */
export function Shell({
  name,
  roles,
  children,
  onLanguage,
  onSignOut,
}: {
  name: string;
  roles: Role[];
  children: ReactNode;
  onLanguage(language: string): void;
  onSignOut(): void;
}) {
  const { t, language } = useWords();
  const { pathname } = useLocation();
  const { colorScheme, toggleColorScheme } = useMantineColorScheme();
  const [opened, { toggle, close }] = useDisclosure();
  const may = (...wanted: Role[]) => roles.includes('admin') || wanted.some((role) => roles.includes(role));
  const places = [
    ...(may('agent', 'supervisor')
      ? [{ to: '/', label: t('ui:nav.desk'), icon: IconHeadset, here: pathname === '/' || pathname.startsWith('/c/') }]
      : []),
    ...(may('agent', 'editor', 'supervisor')
      ? [
          {
            to: '/knowledge',
            label: t('ui:nav.knowledge'),
            icon: IconBook,
            here: pathname.startsWith('/knowledge') && !pathname.startsWith('/knowledge/-/gaps'),
          },
          {
            to: '/knowledge/-/gaps',
            label: t('ui:nav.gaps'),
            icon: IconHelpOff,
            here: pathname.startsWith('/knowledge/-/gaps'),
          },
        ]
      : []),
    ...(may()
      ? [{ to: '/people', label: t('ui:nav.people'), icon: IconUsers, here: pathname.startsWith('/people') }]
      : []),
  ];
  const links = places.map(({ to, label, icon: Icon, here }) => (
    <Button
      key={to}
      component={Link}
      to={to}
      variant={here ? 'light' : 'subtle'}
      leftSection={<Icon size={18} />}
      aria-current={here ? 'page' : undefined}
      onClick={close}
    >
      {label}
    </Button>
  ));
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !opened, desktop: true } }}
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('ui:nav.menu')} />
            <Text fw={700} size="lg">
              Anshin
            </Text>
            <Group gap={4} visibleFrom="sm" component="nav" aria-label="Anshin">
              {links}
            </Group>
          </Group>
          <Group gap={4} wrap="nowrap">
            <ActionIcon variant="subtle" size="xl" aria-label={t('ui:nav.colour')} onClick={toggleColorScheme}>
              {colorScheme === 'dark' ? <IconSun size={20} /> : <IconMoon size={20} />}
            </ActionIcon>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="subtle" leftSection={<IconUserCircle size={20} />}>
                  {name}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{t('ui:nav.language')}</Menu.Label>
                {staffLanguages.map((tag) => (
                  <Menu.Item key={tag} lang={tag} fw={tag === language ? 700 : 400} onClick={() => onLanguage(tag)}>
                    {new Intl.DisplayNames(tag, { type: 'language' }).of(tag)}
                  </Menu.Item>
                ))}
                <Menu.Divider />
                <Menu.Item onClick={onSignOut}>{t('ui:nav.signOut')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="md">
        <Box component="nav" aria-label={t('ui:nav.menu')}>
          {links}
        </Box>
      </AppShell.Navbar>
      <AppShell.Main>{children}</AppShell.Main>
    </AppShell>
  );
}
