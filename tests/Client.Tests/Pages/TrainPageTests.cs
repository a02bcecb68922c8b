using System.Globalization;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Pages.Sampling;
using Playground.Client.Pages.Trainings;

namespace Playground.Client.Tests.Pages;

/// <summary>The Train page, the checkpoints of a run and the chips of classes, as they are rendered.</summary>
public sealed class TrainPageTests : ComponentTest
{
    private static readonly TrainingDataset s_captioned = new("pairs", 1, "pairs", 100, 64, 3, []) { CaptionFields = ["text"] };

    private static readonly ModelView s_emoji = new("emoji", 64, 3, null, 1000, true, "2")
    { Title = "Emoji", Text = new("Stable Diffusion 1", 8, 256, 75, 12, false) };

    private readonly Server _server = new();

    public TrainPageTests()
    {
        Services.AddSingleton<ITrainings>(_server);
        Services.AddSingleton<ISampling>(_server);
        Services.AddSingleton<IJobs>(_server);
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    [Fact]
    public void Another_start_leaves_the_plan_that_was_chosen()
    {
        var page = Render<Train>();
        Assert.Equal("quick", Plan(page));
        One(page, "input[type=radio][value=long]").Change("long");
        StartFrom(page, model: true);
        Assert.Equal("long", Plan(page));
        StartFrom(page, model: false);
        Assert.Equal("long", Plan(page));
    }

    [Theory]
    [InlineData(10, true, "Of its class embedding, the first 2 of 10 rows are taken as a start, and the last 8 are left out.")]
    [InlineData(1, true, "each new class begins as their mean")]
    [InlineData(null, false, "begins at zero")]
    [InlineData(2, true, null)]
    public void What_becomes_of_the_models_classes_is_said_before_the_start(int? classes, bool guides, string? sentence)
    {
        _server.Models = [new("mnist", 28, 1, classes, 1000, guides, "0")];
        var page = Render<Train>();
        Assert.Empty(page.FindAll("#class-note"));
        StartFrom(page, model: true);
        if (sentence is null) Assert.Empty(page.FindAll("#class-note"));
        else Assert.Contains(sentence, One(page, "#class-note").TextContent, StringComparison.Ordinal);
        // Without the data's classes, the model's are what there is to say.
        page.Find("input[name=classes]").Change(false);
        if (classes is null) Assert.Empty(page.FindAll("#class-note"));
        else Assert.Contains("they are left out", One(page, "#class-note").TextContent, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Images_with_captions_are_trained_on_these_where_a_model_that_reads_text_fits()
    {
        (_server.Models, _server.Set) = ([.. _server.Models, s_emoji], s_captioned);
        var page = Render<Train>();
        Assert.Equal("text", Kind(page));
        StartFrom(page, model: true);
        Assert.Equal("emoji", page.FindComponents<Choice<string>>().Single(c => c.Instance.Name == "model").Instance.Value);
        page.FindAll("input[name=kind]")[0].Click();
        Assert.Equal("No installed model of images alone fits this data set: 64×64, color. "
            + "Choose “Images from captions” to fine-tune Emoji.", One(page, "#no-model").TextContent.Trim());
        // What was chosen stays when something else is.
        StartFrom(page, model: false);
        Assert.Equal("images", Kind(page));
    }

    [Theory]
    [InlineData(8, "fits this data set: 64×64, color. Choose “Images from captions” to train on its captions.")]
    [InlineData(7, "No installed model makes images like this data set's: 64×64, color.")]
    public void An_autoencoder_that_fits_images_with_captions_is_told_of(int multiple, string sentence)
    {
        (_server.Set, _server.Autoencoders) = (s_captioned, [new("training:a@1", multiple, 3)]);
        var page = Render<Train>();
        Assert.Equal("images", Kind(page));
        Assert.EndsWith(sentence, One(page, "#no-model").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_is_saved_by_a_dialog_that_begins_with_a_name_that_can_be_used()
    {
        var provider = Render<MudDialogProvider>();
        var table = Render<TrainCheckpoints>(p => p.Add(c => c.Training, _server.Training).Add(c => c.Name, "threes and sevens"));
        var save = table.FindAll("button.save")[0];
        Assert.Equal("Save as model: step 30", save.GetAttribute("aria-label"));
        save.Click();
        provider.WaitForElement("input[name=name]");
        Assert.Equal("threes-and-sevens-2", One(provider, "input[name=name]").GetAttribute("value"));
        await One(provider, "form").SubmitAsync();
        table.WaitForElement("[role=status]");
        Assert.StartsWith("“threes-and-sevens-2” is saved as a model.", One(table, "[role=status]").TextContent.Trim(),
            StringComparison.Ordinal);
        Assert.Equal([("a", 30L, "threes-and-sevens-2")], _server.Saved);
    }

    [Fact]
    public void The_checkpoint_with_the_lowest_validation_loss_is_marked()
    {
        var table = Render<TrainCheckpoints>(p => p.Add(c => c.Training, _server.Training).Add(c => c.Name, "x"));
        Assert.StartsWith("20", One(table, "th:has(.lowest)").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Equal("lowest validation", One(table, ".lowest").TextContent);
        table.Render(p => p.Add(c => c.Training, _server.Training with { Checkpoints = [_server.Training.Checkpoints[0]] }));
        Assert.Empty(table.FindAll(".lowest"));
    }

    [Theory]
    [InlineData("en", "Captions of the data set", "Captions", "Preview prompts")]
    [InlineData("zh-Hans", "数据集的文本描述", "文本描述", "预览提示词")]
    public void A_trainings_details_have_its_captions_and_the_prompts_of_its_previews(string language, string ofData, string captions,
        string prompts)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        Assert.Null(Detail(captions));
        var text = new TextTraining { Captions = ["{text}, {style}", "{text_zh}"] };
        _server.Training = _server.Training with { Request = new() { Text = text } };
        Assert.Equal(("{text}, {style}\n{text_zh}", ofData), (Detail(captions), Detail(prompts)));
        text = text with { Prompts = ["red apple", "笑脸"] };
        _server.Training = _server.Training with { Request = new() { Text = text } };
        Assert.Equal("red apple\n笑脸", Detail(prompts));
        // An autoencoder reads none.
        _server.Training = _server.Training with { IsAutoencoder = true };
        Assert.Null(Detail(prompts));
    }

    [Fact]
    public void Classes_are_chosen_by_their_names()
    {
        var chosen = new SortedSet<int>();
        var chips = Render<ClassChips>(p => p.Add(c => c.Count, 3).Add(c => c.Names, ["<b>seven", "three"]).Add(c => c.Chosen, chosen));
        Assert.Equal(["All", "<b>seven", "three", "2"], chips.FindAll(".chip").Select(c => c.TextContent.Trim()));
        chips.Find("input[aria-label='Class three']").Change(true);
        Assert.Equal([1], chosen);
        Assert.Empty(chips.FindAll("b"));
    }

    private string? Detail(string title) => Render<TrainRun>(p => p.Add(r => r.Id, "a")).FindAll(".facts dl > div")
        .SingleOrDefault(d => d.Children[0].TextContent == title)?.Children[1].TextContent;

    private static void StartFrom(IRenderedComponent<Train> page, bool model) => page.FindAll("input[name=start]")[model ? 1 : 0].Click();

    private static string Kind(IRenderedComponent<Train> page) => page.FindComponent<TextTrainingFields>().Instance.Kind;

    private static string? Plan(IRenderedComponent<Train> page)
        => page.FindAll("input[name=plan]").Single(i => i.HasAttribute("checked")).GetAttribute("value");

    private sealed class Server : ITrainings, ISampling, IJobs
    {
        public IReadOnlyList<ModelView> Models { get; set; } =
            [new("mnist", 28, 1, 10, 1000, true, "0"), new("threes-and-sevens", 28, 1, 2, 1000, true, "1")];

        public TrainingDataset Set { get; set; } = new("set", 1, "digits", 100, 28, 1, ["seven", "three"]);

        public IReadOnlyList<AutoencoderChoice> Autoencoders { get; set; } = [];

        public List<(string Id, long Step, string Name)> Saved { get; } = [];

        public TrainingView Training { get; set; } = new(new JobView("a", JobKind.Training, JobStatus.Succeeded, 1, 30, 30, 0, null, null,
            null, null, default, default), new TrainingRequest(), null,
            [Checkpoint(10, 0.3), Checkpoint(20, 0.1), Checkpoint(30, 0.2)], []);

        private static TrainingCheckpointView Checkpoint(long step, double validation)
            => new(step, $"training:{new string('a', 32)}@{step}", 1000, null, 0.5, validation);

        public IReadOnlyList<SamplerView> Samplers => [];

        public Task<TrainingChoices> GetChoicesAsync(CancellationToken ct) => Task.FromResult(new TrainingChoices(
            [.. new[] { "tiny", "small", "ddpm-cifar10-32" }.Select(n => new TrainingPreset(n, n, n, 1000, new TrainingOptions()))],
            [Set])
        { Autoencoders = Autoencoders });

        public Task<IReadOnlyList<ModelView>> GetModelsAsync(CancellationToken ct) => Task.FromResult(Models);

        public Task<IReadOnlyList<JobView>> ListAsync(string? kind, CancellationToken ct) => Task.FromResult<IReadOnlyList<JobView>>([]);

        public Task<ModelView?> PromoteAsync(string id, long step, string name, CancellationToken ct)
        {
            Saved.Add((id, step, name));
            return Task.FromResult<ModelView?>(Models[0] with { Name = name });
        }

        Task<TrainingView?> ITrainings.FindAsync(string id, CancellationToken ct) => Task.FromResult<TrainingView?>(Training);

        Task<JobView?> IJobs.FindAsync(string id, CancellationToken ct) => throw new NotSupportedException();

        public Task<TrainingEstimate> EstimateAsync(TrainingRequest request, CancellationToken ct) => throw new NotSupportedException();

        public Task<JobView> StartAsync(TrainingRequest request, CancellationToken ct) => throw new NotSupportedException();

        public Task<JobView> StartAsync(SampleRequest request, CancellationToken ct) => throw new NotSupportedException();

        public Task<IReadOnlyList<TrainingPoint>?> GetCurveAsync(string id, long after, CancellationToken ct)
            => throw new NotSupportedException();

        public Task<JobView?> PauseAsync(string id, CancellationToken ct) => throw new NotSupportedException();

        public Task<JobView?> ResumeAsync(string id, CancellationToken ct) => throw new NotSupportedException();

        public Task<JobView?> StopAsync(string id, CancellationToken ct) => throw new NotSupportedException();

        public Task<JobView?> SetStepsAsync(string id, int steps, CancellationToken ct) => throw new NotSupportedException();

        public Task<JobView?> RenameAsync(string id, string? name, CancellationToken ct) => throw new NotSupportedException();

        public Task<ModelView?> FindModelAsync(string name, CancellationToken ct) => throw new NotSupportedException();

        public Task<PromptView?> ReadPromptAsync(string model, string prompt, CancellationToken ct) => throw new NotSupportedException();

        public Task<IReadOnlyList<JobView>> ListLiveAsync(CancellationToken ct) => throw new NotSupportedException();

        public Task<IReadOnlyList<JobEvent>?> GetHistoryAsync(string id, CancellationToken ct) => throw new NotSupportedException();

        public IAsyncEnumerable<WatchEvent> WatchAsync(string id, long afterSequence, CancellationToken ct)
            => throw new NotSupportedException();

        public IAsyncEnumerable<JobView> WatchAllAsync(CancellationToken ct) => throw new NotSupportedException();

        public Task<bool?> CancelAsync(string id, CancellationToken ct) => throw new NotSupportedException();

        public Task<JobView?> RetryAsync(string id, CancellationToken ct) => throw new NotSupportedException();

        public Task<bool> DeleteAsync(string id, CancellationToken ct) => throw new NotSupportedException();
    }
}
