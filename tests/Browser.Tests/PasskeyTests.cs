using System.Text.Json;
using Microsoft.Playwright;
using Playground.Core.Tests;

namespace Playground.Browser.Tests;

/// <summary>A server with accounts, and a browser that has an authenticator of its own.</summary>
public sealed class AccountsFixture : IAsyncLifetime
{
    private readonly AccountsProcess _server = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage? _administrator;

    /// <summary>WebAuthn knows names and no addresses.</summary>
    public Uri Address => new UriBuilder(_server.Address) { Host = "localhost" }.Uri;

    public string Invitation { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        Invitation = await _server.InvitationAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Headless = true,
            Args = BrowserFixture.Flags,
        });
    }

    /// <summary>A profile of its own.</summary>
    public async Task<IPage> OpenAsync(string path, bool scripts = true, string? zone = null)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = Address.ToString(),
            Locale = "en-US",
            JavaScriptEnabled = scripts,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = zone,
        });
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        return page;
    }

    /// <summary>A new member's profile, invited by the administrator.</summary>
    public async Task<IPage> MemberAsync(string name, string? zone = null)
    {
        var users = await UsersAsync();
        await users.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        return await JoinAsync(new Uri(await users.Locator("#f-link").InputValueAsync()).AbsolutePath, name, zone);
    }

    /// <summary>Gives an account another role.</summary>
    public async Task SetRoleAsync(string name, string role)
    {
        var account = (await UsersAsync()).Locator("details.account", new() { HasText = name });
        await account.Locator("summary").ClickAsync();
        await account.Locator("select[name=Role]").SelectOptionAsync(role);
        await account.GetByRole(AriaRole.Button, new() { Name = "Save role" }).ClickAsync();
        await account.Page.GetByText("Role saved.").WaitForAsync();
    }

    private async Task<IPage> UsersAsync()
    {
        _administrator ??= await JoinAsync(Invitation, "ada", null);
        await _administrator.GotoAsync("/users");
        return _administrator;
    }

    private async Task<IPage> JoinAsync(string invitation, string name, string? zone)
    {
        var page = await OpenAsync(invitation, zone: zone);
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync($"four unrelated words of {name}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create your account" }).ClickAsync();
        await page.WaitForURLAsync("**/account");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        await _server.DisposeAsync();
    }

    private sealed class AccountsProcess : ServerProcess
    {
        protected override IReadOnlyDictionary<string, string> Settings
            => new Dictionary<string, string> { ["Playground__Accounts"] = "true" };

        public async Task<string> InvitationAsync()
        {
            while (true)
            {
                if (Said.Split("to create one: ") is [_, var link, ..]) return new Uri(link.Split('\n')[0].Trim()).AbsolutePath;
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }
}

/// <summary>From the printed link to a session by passkey, as a person does it.</summary>
public sealed class PasskeyTests(AccountsFixture accounts) : IClassFixture<AccountsFixture>
{
    private const string Password = "four unrelated words";

    [Fact]
    public async Task A_passkey_is_added_signs_in_and_is_refused_once_it_has_been_removed()
    {
        var page = await accounts.OpenAsync(accounts.Invitation);
        await page.GetByLabel("Name").FillAsync("ada");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create your account" }).ClickAsync();
        await page.WaitForURLAsync("**/account");

        // The authenticator of Chromium's own: a passkey is made and used as a fingerprint would.
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = JsonSerializer.SerializeToElement(new
            {
                protocol = "ctap2",
                transport = "internal",
                hasResidentKey = true,
                hasUserVerification = true,
                isUserVerified = true,
                automaticPresenceSimulation = true,
            }),
        });
        await page.Locator("[name=passkey-name]").FillAsync("laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add passkey" }).ClickAsync();
        await page.GetByText("laptop").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in");
        await page.GotoAsync("/models");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await page.WaitForURLAsync("**/models");
        // The page is alive: its circuit is the account's.
        await page.Locator("a.account").GetByText("ada").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "mnist" }).First.WaitForAsync();

        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove passkey laptop" }).ClickAsync();
        await page.GetByText("Passkey removed.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await page.GetByText("The passkey is not known here").WaitForAsync();

        // Without scripts there are passwords.
        var plain = await accounts.OpenAsync("/play", scripts: false);
        await plain.GetByLabel("Name").FillAsync("ada");
        await plain.GetByLabel("Password").FillAsync(Password);
        await plain.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await plain.WaitForURLAsync("**/play");
    }
}
