using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Server.Accounts;
using Playground.Server.Tests.Gallery;

namespace Playground.Server.Tests.Accounts;

/// <summary>The pages of somebody who made things as a member and may only look now.</summary>
public sealed partial class ViewerPagesTests(AccountServer server) : IClassFixture<AccountServer>
{
    // What only shows something else, or is of one's own browser or account.
    private static readonly HashSet<string> s_looking =
    [
        "data-keys", "data-theme-switch", "data-do=\"out\"", "data-do=\"fit\"", "data-do=\"in\"", "data-do=\"close\"",
        "data-do=\"previous\"", "data-do=\"next\"", "data-do=\"save\"", "data-do=\"large\"", "data-part=\"play\"", "data-part=\"live\"",
        "data-reconnect-now", "data-reload", "id=\"filters\"", "id=\"clear-filters\"", "id=\"select-all\"", "class=\"board", "data-close",
        " dice\"", "class=\"mud-chip ",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_may_only_look_is_shown_no_button_that_would_be_refused_and_told_why()
    {
        var (visitor, name) = await server.NewAsync();
        var run = await visitor.Http.StartAsync("""{"model":"tiny","steps":2,"count":2}""");
        using (var hub = await HubClient.ConnectAsync(server.Address, ("Cookie", visitor.Session!)))
        {
            await hub.WatchAsync($"""["{run}", 0]""");
            Assert.Equal("succeeded", (string)(await hub.ReadStreamAsync()).Items[^1]["job"]!["status"]!);
        }
        await visitor.Http.SaveAsync(run);
        await visitor.Http.AddBoardAsync("before");
        using (var shared = await visitor.Http.PostAsJsonAsync("/api/v1/shares", new { kind = "run", target = run }, Ct))
            shared.EnsureSuccessStatusCode();
        (string Path, string[] Uses, bool Explains)[] pages =
        [
            ("/play", ["id=\"generate\"", "id=\"recipe\""], true),
            ($"/jobs/{run}", ["id=\"generate\"", "id=\"save-gallery\"", "id=\"share-run\"", "data-do=\"pin\"", "data-do=\"delete\"",
                "data-do=\"use\""], true),
            ("/gallery", ["id=\"share-gallery\"", "id=\"new-board\""], false),
            ("/shares", ["id=\"revoke-all\"", "aria-label=\"Revoke\""], false),
            ("/models", ["id=\"model-file\"", "id=\"lora-file\""], true),
            ("/models/tiny", ["href=\"train?model=tiny\"", "href=\"evaluate?model=tiny\""], false),
            ("/datasets", ["id=\"files\"", "name=\"address\""], true),
            ("/train", ["id=\"start\"", "id=\"measure\""], true),
            ("/evaluate", ["id=\"evaluate\""], true),
        ];
        foreach (var (path, uses, _) in pages)
        {
            var page = await visitor.PageAsync(path);
            Assert.All(uses, u => Assert.Contains(u, page, StringComparison.Ordinal));
            Assert.DoesNotContain("data-refused", page, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("id=\"rename\"", await visitor.PageAsync("/models/tiny"), StringComparison.Ordinal);
        Assert.Contains("id=\"rename\"", await server.Administrator.PageAsync("/models/tiny"), StringComparison.Ordinal);

        await server.Services.GetRequiredService<AccountAdministration>().SetRoleAsync((await server.FindAsync(name)).Id,
            AccountRole.Viewer, Ct);
        foreach (var (path, uses, explains) in pages)
        {
            var page = await visitor.PageAsync(path);
            Assert.All(uses, u => Assert.DoesNotContain(u, page, StringComparison.Ordinal));
            Assert.Equal(explains, page.Contains("Ask an administrator for the Member role.", StringComparison.Ordinal));
            var main = page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf("</main>", StringComparison.Ordinal)];
            var unknown = Button().Matches(main).Select(m => m.Value)
                .Where(b => !s_looking.Any(l => b.Contains(l, StringComparison.Ordinal)));
            Assert.True(!unknown.Any(), $"{path}: {string.Join('\n', unknown)}");
            Assert.DoesNotContain("type=\"file\"", main, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("<button[^>]*>")]
    private static partial Regex Button();
}
