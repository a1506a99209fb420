// What the sandbox last said: one snapshot kept up to date by changes. Knows nothing of the screen.

const CONTENT = new Set(["message", "edited", "deleted"]);

export class Store {
  constructor() {
    this.revision = -1;
    this.clock = { now: new Date().toISOString(), zone: "Asia/Ho_Chi_Minh", marks: [] };
    this.clockOffset = 0;
    this.bots = [];
    this.phones = [];
    this.users = new Map();
    this.chats = new Map();
    this.messages = new Map();
    this.faults = [];
    this.samples = [];
    this.pressHosts = [];
    this.commands = [];
  }

  /** Takes a snapshot over; an older one than we already are only renews what changes do not carry. */
  load(state) {
    this.clock = { marks: [], ...state.clock };
    this.clockOffset = Date.parse(state.clock.now) - Date.now();
    this.bots = state.bots ?? [];
    this.users = new Map((state.users ?? []).map((user) => [user.id, user]));
    this.chats = new Map((state.chats ?? []).map((chat) => [chat.id, chat]));
    this.phones = (state.phones ?? []).map((phone) => ({ ...phone, chat_id: this.newestChat(phone) }));
    this.faults = state.faults ?? [];
    this.samples = state.samples ?? [];
    this.pressHosts = state.press_hosts ?? [];
    this.commands = state.bot_commands ?? [];
    if (state.revision < this.revision) return;
    this.revision = state.revision;
    this.messages = new Map();
    for (const [chatId, messages] of Object.entries(state.messages ?? {})) {
      this.messages.set(Number(chatId), new Map(messages.map((message) => [message.message_id, message])));
    }
  }

  /** The chat a phone shows: its person's private chat if none is named, a group's successor once it moved. */
  newestChat({ chat_id: chatId, user_id: userId }) {
    return this.chats.get(chatId)?.migrated_to ?? chatId ?? userId;
  }

  /** Forgets the revision, so that the next snapshot counts whatever its number (the sandbox started anew). */
  forget() {
    this.revision = -1;
  }

  /** Applies one change; true when it carried everything itself, false when a fresh snapshot is needed. */
  apply(change) {
    if (!CONTENT.has(change.kind)) return change.kind === "popup" || change.kind === "typing";
    if (change.revision <= this.revision) return true;
    this.revision = change.revision;
    const chatId = change.chat_id ?? change.message?.chat.id;
    if (!this.messages.has(chatId)) this.messages.set(chatId, new Map());
    const messages = this.messages.get(chatId);
    if (change.kind === "deleted") messages.delete(change.message_id);
    else if (change.message) messages.set(change.message.message_id, change.message);
    else return false;
    return this.chats.has(chatId);
  }

  now() {
    return new Date(Date.now() + this.clockOffset);
  }

  get zone() {
    return this.clock.zone;
  }

  /** A chat's messages, oldest first. */
  messagesOf(chatId) {
    return [...(this.messages.get(chatId)?.values() ?? [])].sort((a, b) => a.message_id - b.message_id);
  }

  messageOf(chatId, messageId) {
    return this.messages.get(chatId)?.get(messageId);
  }

  botOf(phone) {
    return this.bots.find((bot) => bot.id === phone.bot_id) ?? this.bots[0];
  }

  groupsOf(userId) {
    return [...this.chats.values()].filter((chat) => chat.id < 0 && chat.member_ids?.includes(userId));
  }

  /** The commands a person sees in a chat, by Telegram's order of scopes, own language first. */
  commandsFor({ bot, userId, chatId, isGroup, languageCode }) {
    const sets = this.commands.filter(
      (set) => set.commands?.length && (!set.bot_id || set.bot_id === bot?.id),
    );
    const broad = isGroup ? ["all_group_chats"] : ["all_private_chats"];
    const fits = [
      (scope) => scope.type === "chat_member" && scope.chat_id === chatId && scope.user_id === userId,
      (scope) => scope.type === "chat" && scope.chat_id === chatId,
      (scope) => broad.includes(scope.type),
      (scope) => scope.type === "default",
    ];
    for (const fit of fits) {
      for (const wanted of [languageCode, ""]) {
        const found = sets.find(
          (set) => fit(set.scope ?? { type: "default" }) && (set.language_code ?? "") === (wanted ?? ""),
        );
        if (found) return found.commands;
      }
    }
    return this.commands.filter((entry) => entry.command); // a plain list of commands
  }
}
