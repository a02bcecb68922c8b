using System.CommandLine;
using Playground.Cli;
using Playground.Cli.Commands;
using Playground.Core.Engine;

TorchEngine.Initialize();
var root = new RootCommand("Train and sample diffusion models from a terminal.")
{
    TrainCommand.Create(),
    SampleCommand.Create(),
    DownloadCommand.Create(),
    ConvertCommand.Create(),
    TrainFeaturesCommand.Create(),
    DoctorCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
