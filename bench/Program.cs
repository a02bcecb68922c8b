using System.CommandLine;
using Playground.Bench;
using Playground.Core.Engine;

var diffusers = new Option<string?>("--diffusers")
{ Description = "The src folder of a diffusers checkout; without it only this project is measured." };
var paths = new Option<string[]>("--path")
{
    Description = "A further folder for the peer's import path; may be repeated.",
    DefaultValueFactory = _ => []
};
var python = new Option<string>("--python") { Description = "The Python that has torch.", DefaultValueFactory = _ => "/usr/bin/python3" };
var only = new Option<string>("--only")
{
    Description = "Some of steps, overhead, batching, memory, streaming, viewers, crowd, training-server, gallery, wall, distances, sd, "
        + "sd-load, frames, first-frame, fid, features.",
    DefaultValueFactory = _ => "steps,overhead,batching,streaming"
};
var rounds = new Option<int>("--rounds") { Description = "How often ours and the peer's turns alternate.", DefaultValueFactory = _ => 3 };
var minutes = new Option<double>("--minutes") { Description = "memory: also sample for so long and watch the working set." };
var cases = new Option<string>("--cases") { Description = "Some of denoise and train.", DefaultValueFactory = _ => "denoise,train" };
var batches = new Option<int[]>("--batch")
{
    Description = "Batch sizes.",
    DefaultValueFactory = _ => [1, 16],
    AllowMultipleArgumentsPerToken = true
};
var pytorchFid = new Option<string?>("--pytorch-fid") { Description = "fid: the src folder of a pytorch-fid checkout." };
var pictures = new Option<string?>("--pictures")
{ Description = "fid, features: a folder of pictures, such as CIFAR-10's; subfolders too." };
var count = new Option<int>("--count")
{
    Description = "fid: how many pictures, half of them on each side; features: how many.",
    DefaultValueFactory = _ => 2000
};

var command = new RootCommand("Measures Playground's engine, beside diffusers where its checkout is given. Run it with nothing else "
    + "running.") { diffusers, paths, python, only, rounds, minutes, cases, batches, pytorchFid, pictures, count };
command.SetAction(async (result, ct) =>
{
    TorchEngine.Initialize();
    var parts = result.GetValue(only)!.Split(',');
    var checkout = result.GetValue(diffusers);
    using var peer = checkout is null ? null : await Peer.StartAsync(result.GetValue(python)!, checkout, result.GetValue(paths)!, ct);
    if (parts.Contains("overhead")) await Overhead.MeasureAsync(peer, ct);
    if (parts.Contains("steps")) await Steps.MeasureAsync(peer, result.GetValue(cases)!.Split(','), result.GetValue(batches)!,
        result.GetValue(rounds), ct);
    if (parts.Contains("batching")) await Batching.MeasureAsync(result.GetValue(rounds));
    if (parts.Contains("sd")) await StableDiffusion.MeasureAsync(peer, result.GetValue(rounds), ct);
    if (parts.Contains("sd-load")) StableDiffusion.MeasureLoading(result.GetValue(rounds));
    if (parts.Contains("frames")) StableDiffusion.MeasureFrames();
    if (parts.Contains("distances")) Distances.Measure();
    if (parts.Contains("fid"))
    {
        using var fidPeer = await Peer.StartFidAsync(result.GetValue(python)!,
            result.GetValue(pytorchFid) ?? throw new InvalidOperationException("fid needs --pytorch-fid."), result.GetValue(paths)!, ct);
        await Fid.MeasureAsync(fidPeer, result.GetValue(pictures) ?? throw new InvalidOperationException("fid needs --pictures."),
            result.GetValue(count), result.GetValue(rounds), ct);
    }
    if (parts.Contains("features"))
    {
        var folder = result.GetValue(pictures) ?? throw new InvalidOperationException("features needs --pictures.");
        await Features.MeasureAsync(folder, result.GetValue(count), result.GetValue(rounds), ct);
    }
    if (parts.Contains("memory")) Memory.Measure();
    if (result.GetValue(minutes) is > 0 and var soak) await Memory.SoakAsync(soak, ct);
    if (parts.Contains("training-server")) await TrainingServer.MeasureAsync(result.GetValue(rounds), ct);
    if (parts.Contains("crowd")) await Viewers.CrowdAsync(result.GetValue(rounds), ct);
    if (parts.Contains("first-frame")) await FirstFrame.MeasureAsync(result.GetValue(rounds), ct);
    if (parts.Contains("wall")) await Gallery.ScrollAsync(25_000, ct);
    if (parts.Contains("viewers")) await Viewers.MeasureAsync(result.GetValue(rounds), ct);
    if (parts.Contains("gallery")) await Gallery.MeasureAsync(25_000, Math.Max(9, result.GetValue(rounds)), ct);
    if (parts.Contains("streaming")) await Streaming.MeasureAsync(result.GetValue(rounds), ct);
});
return await command.Parse(args).InvokeAsync();
