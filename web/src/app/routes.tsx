import { createBrowserRouter, Navigate } from 'react-router';
import { Shell } from './shell/Shell';
import { Waiting } from './shell/Waiting';

/** Every view is an address. Each page is a bundle of its own, fetched when it is opened. */
export const router = createBrowserRouter([
  {
    path: '/sessions/:token',
    HydrateFallback: Waiting,
    lazy: async () => ({ Component: (await import('../pages/session/SessionPage')).SessionPage }),
  },
  {
    element: <Shell />,
    HydrateFallback: Waiting,
    children: [
      { index: true, element: <Navigate to="/cases" replace /> },
      { path: 'cases', lazy: async () => ({ Component: (await import('../pages/cases/CasesPage')).CasesPage }) },
      { path: 'cases/:number', lazy: async () => ({ Component: (await import('../pages/case/CasePage')).CasePage }) },
      { path: 'audits', lazy: async () => ({ Component: (await import('../pages/audits/AuditsPage')).AuditsPage }) },
      { path: 'audits/:audit', lazy: async () => ({ Component: (await import('../pages/audit/AuditPage')).AuditPage }) },
      { path: 'cases/:number/walks/:walk', lazy: async () => ({ Component: (await import('../pages/walk/WalkPage')).WalkPage }) },
      { path: 'statistics', lazy: async () => ({ Component: (await import('../pages/statistics/StatisticsPage')).StatisticsPage }) },
      { path: '*', lazy: async () => ({ Component: (await import('../pages/missing/MissingPage')).MissingPage }) },
    ],
  },
]);
