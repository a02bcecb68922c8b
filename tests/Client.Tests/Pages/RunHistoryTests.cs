using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Playground.Client.Contracts;
using Playground.Client.Pages.Sampling;

namespace Playground.Client.Tests.Pages;

/// <summary>The strip of runs, the timeline's controls and the recipes, as they are rendered.</summary>
public sealed class RunHistoryTests : ComponentTest
{
    private readonly Runs _runs = new();

    public RunHistoryTests()
    {
        Services.AddSingleton<IRunHistory>(_runs);
        Services.AddSingleton<IJobs>(_runs);
    }

    [Fact]
    public void Each_run_is_a_link_to_its_address_and_the_one_that_is_shown_is_marked()
    {
        _runs.List = [Run("a", "running") with { Thumbnail = null }, Run("b"), Run("c") with { IsPinned = true }];
        var strip = Render<HistoryStrip>(p => p.Add(s => s.Current, "b"));
        Assert.Equal(["jobs/a", "jobs/b", "jobs/c"], strip.FindAll("a").Select(a => a.GetAttribute("href")));
        Assert.Equal([null, "true", null], strip.FindAll("a").Select(a => a.GetAttribute("aria-current")));
        // One stop of the Tab key.
        Assert.Equal(["-1", "0", "-1"], strip.FindAll("a").Select(a => a.GetAttribute("tabindex")));
        Assert.Equal("Run of mnist: DDIM, 20 steps, 4 images, running", strip.FindAll("a")[0].GetAttribute("aria-label"));
        Assert.EndsWith("pinned", strip.FindAll("a")[2].GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.Equal(2, strip.FindAll("img").Count);
        // What runs can be canceled on the page, not deleted here.
        Assert.Equal(2, strip.FindAll("[data-do=delete]").Count);
    }

    [Fact]
    public void Older_runs_come_when_they_are_asked_for_and_the_one_that_is_shown_is_there_at_once()
    {
        _runs.List = [.. Enumerable.Range(0, 40).Select(i => Run($"r{i}"))];
        var strip = Render<HistoryStrip>();
        Assert.Equal(HistoryStrip.Batch, strip.FindAll("[data-run]").Count);
        One(strip, "[data-do=more]").Click();
        Assert.Equal(2 * HistoryStrip.Batch, strip.FindAll("[data-run]").Count);
        One(strip, "[data-do=more]").Click();
        One(strip, "[data-do=more]").Click();
        Assert.Equal(40, strip.FindAll("[data-run]").Count);
        Assert.Empty(strip.FindAll("[data-do=more]"));

        var old = Render<HistoryStrip>(p => p.Add(s => s.Current, "r30"));
        Assert.Equal("r30", One(old, ".current").GetAttribute("data-run"));
        Assert.Equal(31, old.FindAll("[data-run]").Count);
        old.Render(p => p.Add(s => s.Current, "r35"));
        Assert.Equal("r35", One(old, ".current").GetAttribute("data-run"));
    }

    [Fact]
    public void A_pin_is_set_and_let_go_and_a_refusal_is_shown()
    {
        _runs.List = [Run("a")];
        var strip = Render<HistoryStrip>();
        One(strip, "[data-do=pin]").Click();
        Assert.Equal("true", One(strip, "[data-do=pin]").GetAttribute("aria-pressed"));
        One(strip, "[data-do=pin]").Click();
        Assert.Equal("false", One(strip, "[data-do=pin]").GetAttribute("aria-pressed"));
        _runs.Refusal = "200 runs are pinned.";
        One(strip, "[data-do=pin]").Click();
        Assert.Contains("200 runs are pinned.", One(strip, "[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_begins_shows_when_the_strip_is_told()
    {
        var strip = Render<HistoryStrip>();
        Assert.Empty(strip.FindAll("#history"));
        _runs.List = [Run("a")];
        await strip.InvokeAsync(strip.Instance.RefreshAsync);
        Assert.Equal("jobs/a", One(strip, "a").GetAttribute("href"));
    }

    [Fact]
    public void The_timeline_has_a_name_for_each_of_its_controls()
    {
        var timeline = Render<Timeline>();
        Assert.True(One(timeline, "#timeline").HasAttribute("hidden"));
        foreach (var part in new[] { "play", "step", "live" })
            Assert.True(One(timeline, $"[data-part={part}]") is var control
                && (control.HasAttribute("aria-label") || control.TextContent.Length > 0), part);
        Assert.Equal(["webp", "gif", "png"], timeline.FindAll("[data-format]").Select(a => a.GetAttribute("data-format")));
        Assert.Equal("4", One(timeline, "input[name=export-scale][checked]").GetAttribute("value"));
    }

    [Fact]
    public async Task A_recipe_is_handed_on_with_its_files_name_and_what_is_no_recipe_is_said()
    {
        (RecipeView Recipe, string Name)? taken = null;
        var drop = Render<RecipeDrop>(p => p.Add(d => d.Open, (recipe, name) =>
        {
            taken = (recipe, name);
            return Task.CompletedTask;
        }));
        await drop.InvokeAsync(() => drop.Instance.OnRecipe(new RecipeView(new SampleRequest { Seed = 7 }, []), "a.png"));
        Assert.Equal((7, "a.png"), (taken!.Value.Recipe.Request.Seed, taken.Value.Name));
        await drop.InvokeAsync(() => drop.Instance.OnProblem("No recipe."));
        Assert.Contains("No recipe.", One(drop, "[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SettingsSourceKind.Gallery, null, "gallery/1", "Settings from an image in your gallery.")]
    [InlineData(SettingsSourceKind.Share, "<b>Mine</b>", "s/abc/0", "Settings from the shared page “<b>Mine</b>”.")]
    [InlineData(SettingsSourceKind.File, "seven.png", null, "Settings from the file “seven.png”.")]
    public void Where_settings_are_from_is_said_with_the_way_back_and_everything_that_is_left_out(SettingsSourceKind kind, string? name,
        string? path, string text)
    {
        var calls = new List<string>();
        var notice = Render<SourceNotice>(p => p
            .Add(n => n.Source, new SettingsSource(kind, name, path) { Notes = ["Not used: <b>Hires</b>."] })
            .Add(n => n.Undo, () => calls.Add("undo")).Add(n => n.Close, () => calls.Add("close")));
        Assert.Equal(text, One(notice, ".from").TextContent);
        Assert.Equal(path, notice.FindAll("a").SingleOrDefault()?.GetAttribute("href"));
        Assert.Equal("Not used: <b>Hires</b>.", One(notice, "li").TextContent);
        Assert.Empty(notice.FindAll("b"));
        One(notice, ".undo").Click();
        One(notice, ".close").Click();
        Assert.Equal(["undo", "close"], calls);
    }

    private static RunView Run(string id, string status = JobStatus.Succeeded)
        => new(id, status, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), "mnist", "DDIM", 20, 4, 7)
        { Thumbnail = $"/{id}.webp" };

    private sealed class Runs : UnusedJobs, IRunHistory
    {
        public IReadOnlyList<RunView> List { get; set; } = [];

        public string? Refusal { get; set; }

        public Task<IReadOnlyList<RunView>> ListAsync(CancellationToken ct) => Task.FromResult(List);

        public Task<bool> PinAsync(string id, bool isPinned, CancellationToken ct)
        {
            if (Refusal is not null) throw RequestException.Conflict(Refusal);
            List = [.. List.Select(r => r.Id == id ? r with { IsPinned = isPinned } : r)];
            return Task.FromResult(true);
        }
    }
}
