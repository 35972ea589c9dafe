// Starts telegram-test-api and adds what python-telegram-bot and the real platform ask for:
// core.telegram.org/bots/api names each rule (limits of text and callback data, secret token, long polling, 429, 403).
const TelegramServer = require("telegram-test-api");
const { routes } = require("telegram-test-api/lib/routes/index");
const axios = require("axios");

const me = { id: 666, is_bot: true, first_name: "TestBot", username: "TestNameBot" };
const ok = (res, result) => res.json({ ok: true, result });
const bad = (res, code, description, parameters) =>
  res.status(code).json({ ok: false, error_code: code, description, parameters });

function refused(method, body) {
  if (!["sendMessage", "editMessageText"].includes(method)) return null;
  if (!body.text) return "Bad Request: message text is empty"; // #sendmessage
  if (body.text.length > 4096) return "Bad Request: message is too long"; // #sendmessage, UTF-16 units
  const markup = typeof body.reply_markup === "string" ? JSON.parse(body.reply_markup) : body.reply_markup;
  const buttons = ((markup && markup.inline_keyboard) || []).flat();
  const long = buttons.some((one) => Buffer.byteLength(one.callback_data || "") > 64); // #inlinekeyboardbutton
  return long ? "Bad Request: BUTTON_DATA_INVALID" : null;
}

routes.unshift((app, s) => {
  app.post("/fault", (req, res) => { s.faults.push(req.body); ok(res, true); });
  app.get("/calls", (req, res) => ok(res, s.calls));
  app.all("/bot:token/:method", (req, res, next) => {
    const { method } = req.params;
    s.calls.push([method, { ...req.body }]);
    const fault = s.faults.find((one) => one.method === method && one.times > 0);
    if (fault) {
      fault.times -= 1; // #responseparameters
      const parameters = fault.retry_after ? { retry_after: fault.retry_after } : undefined;
      return bad(res, fault.status, "injected", parameters);
    }
    delete req.body.link_preview_options; // came as a JSON string, and would be given back as one
    const why = refused(method, req.body);
    return why ? bad(res, 400, why) : next();
  });
  app.all("/bot:token/getMe", (req, res) => ok(res, me));
  for (const method of ["answerCallbackQuery", "setMyCommands", "setChatMenuButton"]) {
    app.all(`/bot:token/${method}`, (req, res) => ok(res, true));
  }
  app.all("/bot:token/setWebhook", (req, res) => { s.setWebhook(req.body, req.params.token); ok(res, true); });
  app.all("/bot:token/editMessageText", (req, res) => {
    s.editMessageText(req.body);
    const chat = { id: +req.body.chat_id, type: "private" };
    ok(res, { message_id: +req.body.message_id, date: Math.floor(Date.now() / 1000), chat, text: req.body.text });
  });
  app.all("/bot:token/getUpdates", async (req, res) => { // #getupdates: kept until confirmed by a higher offset
    const offset = +req.body.offset || 0;
    const { token } = req.params;
    const end = Date.now() + 1000 * Math.min(+req.body.timeout || 0, 2);
    s.storage.userMessages = s.storage.userMessages.filter((u) => u.botToken !== token || u.updateId >= offset);
    for (;;) {
      const found = s.storage.userMessages.filter((u) => u.botToken === token && u.updateId >= offset);
      if (found.length || Date.now() >= end) return ok(res, found.map(TelegramServer.formatUpdate));
      await new Promise((done) => setTimeout(done, 10));
    }
  });
});

const addBotMessage = TelegramServer.prototype.addBotMessage;
TelegramServer.prototype.addBotMessage = function seconds(message, token) {
  const made = addBotMessage.call(this, message, token);
  made.date = Math.floor(made.date / 1000);
  made.from = me;
  return made;
};
const formatUpdate = TelegramServer.formatUpdate;
TelegramServer.formatUpdate = (update) => {
  const made = formatUpdate(update);
  if (made.callback_query) made.callback_query.chat_instance = "1"; // #callbackquery
  return made;
};
const addUserUpdate = TelegramServer.prototype.addUserUpdate;
TelegramServer.prototype.addUserUpdate = async function called(update) {
  const hook = this.webhooks[update.botToken];
  if (!hook) return addUserUpdate.call(this, update);
  const headers = hook.secret_token ? { "X-Telegram-Bot-Api-Secret-Token": hook.secret_token } : {}; // #setwebhook
  await axios({ url: hook.url, method: "POST", data: TelegramServer.formatUpdate(update), headers });
  this.updateId += 1;
};

const server = new TelegramServer({ port: +process.argv[2], host: "127.0.0.1", storeTimeout: 3600 });
server.calls = [];
server.faults = [];
server.start().then(() => console.log("ready"));
