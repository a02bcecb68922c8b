using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Client.Pages;
using Playground.Client.Resources;
using Playground.Core;
using Playground.Core.Data;
using Playground.Evaluation.Statistics;
using Playground.Server.Evaluations;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Tests;

/// <summary>The pages say what a job is at in both languages, whatever it is at.</summary>
public sealed class JobTextTests
{
    private static readonly JobView s_job = new("a", JobKind.Evaluation, JobStatus.Running, 1, 0, 1, 0, null, null, null, null, default,
        default);

    private static IEnumerable<Remark> All =>
    [
        .. CodesOf(typeof(JobActivity)).Where(c => c != JobActivity.Evaluating)
            .Select(c => c is JobActivity.MakingImages or JobActivity.TakingLatents or JobActivity.TeachingText
                ? Remark.Of(c, $"{"DDIM, 50 steps"}: {3} of {20}") : Remark.Of(c, $"something else")),
        .. EvaluationStage.All.Select(s => EvaluationHandler.ActivityOf("DDIM, 50 steps", new EvaluationProgress(s, 3, 20))),
        .. EvaluationStage.All.Select(s => EvaluationHandler.ActivityOf("", new EvaluationProgress(s, 0, null))),
    ];

    [Fact]
    public void Every_activity_is_said_in_English()
    {
        var texts = Texts("en");
        Assert.True(All.Count() > 30);
        Assert.DoesNotContain(All, r => texts[$"Activity_{r.Code}"].ResourceNotFound);
        Assert.Equal("DDIM, 1 step: making images, 3 of 20", Said(All.Single(r => r.Code == JobActivity.MakingImages), texts));
        Assert.Equal("features of the real images", Said(
            EvaluationHandler.ActivityOf("", new EvaluationProgress(EvaluationStage.Features("real"), 0, null)), texts));
    }

    [Fact]
    public void Every_activity_is_said_in_Chinese_with_its_numbers()
    {
        var texts = Texts("zh-Hans");
        Assert.All(All, remark =>
        {
            var said = Said(remark, texts);
            Assert.Matches("[\\u4e00-\\u9fff]", said);
            Assert.DoesNotMatch("[A-Za-z]+ [a-z]+ ", said);
            Assert.DoesNotContain("{", said, StringComparison.Ordinal);
            if (remark.Values.Count == 3) Assert.EndsWith("，3/20", said, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-Hans")]
    public void Every_reason_of_a_failure_is_said_with_its_values(string language)
    {
        var texts = Texts(language);
        string[] codes =
        [
            .. CodesOf(typeof(JobError)).Where(c => c != JobError.Storage),
            .. Enum.GetNames<StorageProblem>().Select(p => JobError.Storage + p.ToLowerInvariant()),
        ];
        Assert.True(codes.Length > 25);
        Assert.All(codes, code =>
        {
            var remark = new Remark(code, "not known", ["first", "second", "third"]);
            var said = JobText.Error("not known", [remark], texts)!;
            Assert.NotEqual("not known", said);
            Assert.DoesNotContain("{", said, StringComparison.Ordinal);
            if (language == "zh-Hans") Assert.Matches("[\\u4e00-\\u9fff]", said);
        });
        Assert.Equal("As it is.", JobText.Error("As it is.", [], texts));
        Assert.Equal("As it is.", JobText.Error("As it is.", [new("", "As it is.", [])], texts));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-Hans")]
    public void Every_note_of_a_recipe_and_of_an_import_is_said_with_its_values(string language)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        (IStringLocalizer Texts, string Prefix, string Code)[] all =
        [
            .. CodesOf(typeof(RecipeCode)).Select(c => ((IStringLocalizer)Texts<PlayTexts>(), "Recipe", c)),
            .. CodesOf(typeof(ImportNote)).Select(c => ((IStringLocalizer)Texts<DatasetsTexts>(), "Note", c)),
        ];
        Assert.True(all.Length > 20);
        Assert.All(all, note =>
        {
            var key = $"{note.Prefix}_{note.Code}";
            var said = note.Texts.Say(key, new Remark(note.Code, "not known", ["first", "second", "third"]));
            Assert.NotEqual("not known", said);
            Assert.DoesNotContain("{", said, StringComparison.Ordinal);
            if (language == "zh-Hans") Assert.Matches("[\\u4e00-\\u9fff]", said);
            // Fewer values than the words have places for, as in what was stored earlier: the sentence as it was.
            if (said.Contains("first", StringComparison.Ordinal))
                Assert.Equal("not known", note.Texts.Say(key, new Remark(note.Code, "not known", [])));
        });
    }

    [Fact]
    public void The_notes_of_folders_are_among_those_of_an_import()
    {
        (string, string?)[] loose = [("train/a/1.png", null), ("train/2.png", null), ("test/a/3.png", null)];
        (string, string?)[] many = [.. Enumerable.Range(0, ClassFolders.MaxClasses + 1).Select(i => ($"{i}/a.png", (string?)null))];
        string[] codes = [.. ClassFolders.Of(loose).Notes.Select(n => n.Code), .. ClassFolders.Of(many).Notes.Select(n => n.Code)];
        Assert.Equal([ImportNote.SplitsMerged, ImportNote.Unsorted, ImportNote.TooManyClasses], codes);
    }

    [Fact]
    public void What_a_failure_is_said_by_is_kept_in_the_jobs_result_beside_what_else_is_there()
    {
        var gone = JobErrors.Of(PlaygroundException.Of(JobError.ModelGone, $"The model '{"a\"b"}' is not installed any more."));
        var result = JobErrors.AddTo(JsonSerializer.SerializeToElement(new { status = 404 }), gone);
        Assert.Equal(404, result!.Value.GetProperty("status").GetInt32());
        var read = Assert.Single(JobErrors.In(result));
        Assert.Equal((JobError.ModelGone, "The model 'a\"b' is not installed any more.", "a\"b"),
            (read.Code, read.Text, read.Values.Single()));
        Assert.Null(JobErrors.AddTo(null, []));
        Assert.Empty(JobErrors.In(JsonSerializer.SerializeToElement(new { status = 404 })));
        Assert.Empty(JobErrors.Of(new PlaygroundException("Some words.")));
    }

    [Fact]
    public void What_a_page_has_no_words_for_is_said_as_the_server_says_it()
        => Assert.Equal("counting sheep", Said(Remark.Of("sheep", $"counting sheep"), Texts("zh-Hans")));

    private static IEnumerable<string> CodesOf(Type codes)
        => codes.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetValue(null)!);

    private static string? Said(Remark remark, IStringLocalizer<JobTexts> texts)
        => JobText.Activity(s_job with { Activity = remark.Text, ActivityRemark = remark }, texts, _ => "DDIM, 1 step");

    private static StringLocalizer<JobTexts> Texts(string language)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        return Texts<JobTexts>();
    }

    private static StringLocalizer<T> Texts<T>()
        => new(new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance));
}
