// An OpenID Connect provider for the tests, certified by those who keep the standard; it knows one person. What it says
// of them it reads anew for each sign-in from a file, so that a test can change it.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [claims] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "budget",
        client_secret: "secret",
        redirect_uris: ["http://localhost/sign-in/provider/back"],
        post_logout_redirect_uris: ["http://localhost/"],
      },
    ],
    claims: { openid: ["sub", "groups"], email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: ["of the tests alone"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...JSON.parse(readFileSync(claims, "utf8")) }),
    }),
    pkce: { required: () => true },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
