import type { ThemeConfig } from 'antd';
import { fontFamily, tokens } from './tokens';

/** The Ant Design theme that follows from the tokens. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: tokens.primary,
    colorLink: tokens.primary,
    colorInfo: tokens.primary,
    colorSuccess: tokens.onTime,
    colorWarning: tokens.near,
    colorError: tokens.overdue,
    colorTextBase: tokens.ink,
    colorTextSecondary: tokens.inkSoft,
    colorTextTertiary: tokens.inkFaint,
    colorTextPlaceholder: tokens.inkFaint,
    colorBorder: '#C9D1DA',
    colorBorderSecondary: tokens.line,
    colorBgLayout: tokens.ground,
    borderRadius: 6,
    fontFamily,
    fontSize: 14,
    motionDurationMid: '0.15s',
    motionDurationSlow: '0.2s',
  },
  components: {
    Table: {
      cellPaddingBlockSM: 6,
      cellPaddingInlineSM: 8,
      headerBg: '#F7F9FB',
      headerColor: tokens.inkSoft,
      headerSplitColor: 'transparent',
      rowHoverBg: '#F3F8FD',
    },
    Layout: { headerHeight: 48 },
    Tag: { borderRadiusSM: 4 },
  },
};
