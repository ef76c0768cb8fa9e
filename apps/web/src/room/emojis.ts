/** Those that are offered; others are shown where someone has put them. */
export const EMOJIS = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '🤝'] as const;

export const EMOJI_NAMES: Record<(typeof EMOJIS)[number], string> = {
  '👍': 'Thumbs up',
  '❤️': 'Heart',
  '😂': 'Laughing',
  '🎉': 'Celebration',
  '😮': 'Surprised',
  '😢': 'Sad',
  '🙏': 'Thank you',
  '🤝': 'Handshake',
};
