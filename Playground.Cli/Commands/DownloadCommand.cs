using System.CommandLine;
using System.Globalization;
using Playground.Cli.Downloads;
using Playground.Core;
using Spectre.Console;

namespace Playground.Cli.Commands;

/// <summary><c>download</c>: fetches published weights, checked, and resumed where a transfer broke off.</summary>
internal static class DownloadCommand
{
    private static readonly Option<string> s_to = new("--to")
    { DefaultValueFactory = _ => "features", Description = "Folder that gets a subfolder with the files" };
    private static readonly Option<string?> s_from = new("--from")
    { Description = "A mirror: the address of the folder that holds the files" };

    public static Command Create()
    {
        var command = new Command("download", "Fetch published weights for evaluation");
        foreach (var model in PublishedModel.All)
        {
            var one = new Command(model.Name, model.Description) { s_to, s_from };
            one.SetAction((parsed, ct) => RunAsync(model, parsed.GetRequiredValue(s_to), parsed.GetValue(s_from), ct));
            command.Add(one);
        }
        return command;
    }

    private static async Task<int> RunAsync(PublishedModel model, string to, string? from, CancellationToken ct)
    {
        if (!Uri.TryCreate(from is null ? model.Address.ToString() : from.TrimEnd('/') + '/', UriKind.Absolute, out var address))
            throw new PlaygroundException($"--from is '{from}': it must be a whole address, such as https://mirror.example/folder/.");
        var folder = Path.Combine(to, model.Name);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("playground");
        var downloader = new Downloader(http, TimeSpan.FromSeconds(1));

        try
        {
            await FetchAsync(model, address, folder, downloader, ct);
        }
        catch (NoWayOutException e)
        {
            var byHand = model.Files.Select(f => f.Describe(new Uri(address, f.Path), Path.GetFullPath(Path.Combine(folder, f.Path))));
            throw new PlaygroundException($"{e.Message}: on another machine, fetch {string.Join("; ", byHand)}.", e);
        }
        await Console.Error.WriteLineAsync($"Next: {string.Format(CultureInfo.InvariantCulture, model.Next, folder)}");
        return 0;
    }

    private static async Task FetchAsync(PublishedModel model, Uri address, string folder, Downloader downloader, CancellationToken ct)
    {
        var console = Terminal.Error();
        var columns = new ProgressColumn[] { new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
            new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn() };
        await console.Progress().AutoClear(true).Columns(columns).StartAsync(async progress =>
        {
            foreach (var file in model.Files)
            {
                var task = progress.AddTask(Path.GetFileName(file.Path), maxValue: file.Size ?? 1);
                var result = await downloader.FetchAsync(address, file, folder,
                    (there, whole) => (task.MaxValue, task.Value) = (whole ?? there + 1, there), ct);
                task.Value = task.MaxValue;
                console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
                    $"{Path.Combine(folder, file.Path)}: {(result.Fetched ? "fetched" : "there already")}, checked against {result.Check}");
            }
        });
    }
}
